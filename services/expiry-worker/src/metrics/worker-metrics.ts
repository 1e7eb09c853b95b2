import { createInvariantMetrics, type Logger, type Metrics } from '@flashreserve/ops';
import { type BatchMetrics, createBatchMetrics } from '@flashreserve/rpc';
import { createRedisMetrics, type RedisMetrics } from '@flashreserve/store/redis';
import { createJobMetrics, type JobMetrics } from './job-metrics';
import { type CountedQueue, createQueueMetrics } from './queue-metrics';
import { createSweepMetrics, type SweepMetrics } from './sweep-metrics';

/** All metrics of the worker. */
export interface WorkerMetrics {
  readonly batches: BatchMetrics;
  readonly redis: RedisMetrics;
  readonly jobs: JobMetrics;
  readonly sweep: SweepMetrics;
  /** Counts a hold sold although its reservation expired or was cancelled, or the reverse. */
  readonly onContradiction: () => void;
  /** Registers the queue length gauge. */
  readonly showQueue: (queue: CountedQueue) => void;
}

export const createWorkerMetrics = (
  metrics: Metrics,
  { log }: { readonly log: Logger },
): WorkerMetrics => {
  const reportViolation = createInvariantMetrics(metrics, ['hold_contradicts_reservation']);
  return {
    batches: createBatchMetrics(metrics),
    redis: createRedisMetrics(metrics),
    jobs: createJobMetrics(metrics),
    sweep: createSweepMetrics(metrics),
    onContradiction: () => {
      reportViolation('hold_contradicts_reservation');
    },
    showQueue: (queue) => {
      createQueueMetrics(metrics, { queue, log });
    },
  };
};
