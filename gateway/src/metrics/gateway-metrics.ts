import type { Metrics } from '@flashreserve/ops';
import { type BatchMetrics, createBatchMetrics } from '@flashreserve/rpc';
import { createRedisMetrics, type RedisMetrics } from '@flashreserve/store/redis';
import type { ServedRequest } from '../http/middleware/request-scope';
import { createClientMetrics } from './client-metrics';
import { createHttpMetrics } from './http-metrics';
import { createProductReuseMetrics, createSoldOutReuseMetrics } from './reuse-metrics';
import { createStreamMetrics, type StreamMetrics } from './stream-metrics';

/** All metrics of the gateway. */
export interface GatewayMetrics {
  readonly http: (served: ServedRequest) => void;
  readonly batches: BatchMetrics;
  readonly redis: RedisMetrics;
  readonly streams: StreamMetrics;
  /** Counts cached responses that were reused. */
  readonly onSoldOutReused: () => void;
  /** Called for every read of products that needed no call of its own. */
  readonly onProductsReused: () => void;
}

type OnServed = (served: ServedRequest) => void;

const both =
  (first: OnServed, second: OnServed): OnServed =>
  (served) => {
    first(served);
    second(served);
  };

export const createGatewayMetrics = (metrics: Metrics): GatewayMetrics => ({
  http: both(createHttpMetrics(metrics), createClientMetrics(metrics)),
  batches: createBatchMetrics(metrics),
  redis: createRedisMetrics(metrics),
  streams: createStreamMetrics(metrics),
  onSoldOutReused: createSoldOutReuseMetrics(metrics),
  onProductsReused: createProductReuseMetrics(metrics),
});
