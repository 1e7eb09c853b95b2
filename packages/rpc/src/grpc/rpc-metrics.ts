import type { Metrics } from '@flashreserve/ops';
import { Counter, Histogram } from 'prom-client';

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Called after every call with the name of its status and its duration. */
export type CallObserver = (status: string, seconds: number) => void;

/** Creates the observer of a method. */
export type RpcMetrics = (method: string) => CallObserver;

/**
 * Rate, errors and duration of the unary calls of a service. Streams are not measured, because they
 * last indefinitely.
 */
export const createRpcMetrics = (metrics: Metrics): RpcMetrics => {
  const registers = [metrics];
  const calls = new Counter({
    name: 'flashreserve_rpc_calls_total',
    help: 'Completed unary calls, by method and gRPC status.',
    labelNames: ['method', 'status'] as const,
    registers,
  });
  const durations = new Histogram({
    name: 'flashreserve_rpc_duration_seconds',
    help: 'Duration of unary calls.',
    labelNames: ['method'] as const,
    buckets: SECONDS,
    registers,
  });
  return (method) => {
    // Cached per method and status, so that a call allocates no label objects.
    const byStatus = new Map<string, Counter.Internal>();
    const duration = durations.labels(method);
    const counterOf = (status: string): Counter.Internal => {
      const known = byStatus.get(status);
      if (known !== undefined) return known;
      const made = calls.labels(method, status);
      byStatus.set(status, made);
      return made;
    };
    counterOf('OK').inc(0);
    return (status, seconds) => {
      counterOf(status).inc();
      duration.observe(seconds);
    };
  };
};
