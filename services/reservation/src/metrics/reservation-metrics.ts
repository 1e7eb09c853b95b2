import { Counter, type Metrics } from '@flashreserve/ops';
import {
  type BatchMetrics,
  createBatchMetrics,
  createRpcMetrics,
  type RpcMetrics,
} from '@flashreserve/rpc';
import {
  createClockMetrics,
  createMongoMetrics,
  createRetentionMetrics,
  type MongoMetrics,
  type RetentionMetrics,
} from '@flashreserve/store';
import { createRedisMetrics, type RedisMetrics } from '@flashreserve/store/redis';
import { createReturnsMetrics, type ReturnsMetrics } from './returns-metrics';

/** Metrics of reservation. */
export interface ReservationMetrics {
  readonly mongo: MongoMetrics;
  readonly retention: RetentionMetrics;
  readonly redis: RedisMetrics;
  readonly rpc: RpcMetrics;
  readonly batches: BatchMetrics;
  readonly returns: ReturnsMetrics;
  /** Sets the clock skew in seconds. */
  readonly onClockSkew: (seconds: number) => void;
  /** Counts a reservation whose job could not be added to the queue. */
  readonly onMissingJob: () => void;
}

export const createReservationMetrics = (metrics: Metrics): ReservationMetrics => {
  const missingJobs = new Counter({
    name: 'flashreserve_expiry_jobs_missing_total',
    help: 'Reservations whose job could not be added to the expiry queue; the sweep covers them.',
    registers: [metrics],
  });
  return {
    mongo: createMongoMetrics(metrics),
    retention: createRetentionMetrics(metrics),
    redis: createRedisMetrics(metrics),
    rpc: createRpcMetrics(metrics),
    batches: createBatchMetrics(metrics),
    returns: createReturnsMetrics(metrics),
    onClockSkew: createClockMetrics(metrics),
    onMissingJob: () => {
      missingJobs.inc();
    },
  };
};
