import type { Metrics } from '@flashreserve/ops';
import { type BatchMetrics, createBatchMetrics } from '@flashreserve/rpc';
import { createRedisMetrics, type RedisMetrics } from '@flashreserve/store/redis';
import type { SoldOutMemory } from '../grpc/sold-out-memory';
import type { ServedRequest } from '../http/middleware/request-scope';
import { createHttpMetrics } from './http-metrics';
import { createReuseMetrics } from './reuse-metrics';
import { createStreamMetrics, type StreamMetrics } from './stream-metrics';

/** All metrics of the gateway. */
export interface GatewayMetrics {
  readonly http: (served: ServedRequest) => void;
  readonly batches: BatchMetrics;
  readonly redis: RedisMetrics;
  readonly streams: StreamMetrics;
  /** Counts cached responses that were reused. */
  readonly countReuse: (memory: SoldOutMemory) => SoldOutMemory;
}

export const createGatewayMetrics = (metrics: Metrics): GatewayMetrics => ({
  http: createHttpMetrics(metrics),
  batches: createBatchMetrics(metrics),
  redis: createRedisMetrics(metrics),
  streams: createStreamMetrics(metrics),
  countReuse: createReuseMetrics(metrics),
});
