import {
  createMongoMetrics,
  createRpcMetrics,
  type Metrics,
  type MongoMetrics,
  type RpcMetrics,
} from '@flashreserve/platform/metrics';

/** Everything that auth measures. */
export interface AuthMetrics {
  readonly mongo: MongoMetrics;
  readonly rpc: RpcMetrics;
}

export const createAuthMetrics = (metrics: Metrics): AuthMetrics => ({
  mongo: createMongoMetrics(metrics),
  rpc: createRpcMetrics(metrics),
});
