import type { Metrics } from '@flashreserve/ops';
import { createRpcMetrics, type RpcMetrics } from '@flashreserve/rpc';
import { createMongoMetrics, type MongoMetrics } from '@flashreserve/store';

/** Metrics of auth. */
export interface AuthMetrics {
  readonly mongo: MongoMetrics;
  readonly rpc: RpcMetrics;
}

export const createAuthMetrics = (metrics: Metrics): AuthMetrics => ({
  mongo: createMongoMetrics(metrics),
  rpc: createRpcMetrics(metrics),
});
