import type { Metrics } from '@flashreserve/ops';
import { Counter, Gauge } from 'prom-client';

/** The part of a Redis client that the metrics read. */
interface RedisState {
  readonly status: string;
  readonly on: (event: 'reconnecting', listener: () => void) => unknown;
}

/** Adds the state of a connection to the metrics, under this name. */
export type RedisMetrics = (name: string, redis: RedisState) => void;

export const createRedisMetrics = (metrics: Metrics): RedisMetrics => {
  const registers = [metrics];
  const clients = new Map<string, RedisState>();
  new Gauge({
    name: 'flashreserve_redis_up',
    help: 'Whether a connection to Redis accepts commands: 1 or 0.',
    labelNames: ['connection'] as const,
    // Of several processes of a component, one without a connection must be noticed.
    aggregator: 'min',
    registers,
    collect() {
      for (const [connection, { status }] of clients) {
        this.set({ connection }, status === 'ready' ? 1 : 0);
      }
    },
  });
  const reconnects = new Counter({
    name: 'flashreserve_redis_reconnects_total',
    help: 'Attempts to restore a lost connection to Redis.',
    labelNames: ['connection'] as const,
    registers,
  });
  return (connection, redis) => {
    clients.set(connection, redis);
    const counter = reconnects.labels(connection);
    counter.inc(0);
    redis.on('reconnecting', () => {
      counter.inc();
    });
  };
};
