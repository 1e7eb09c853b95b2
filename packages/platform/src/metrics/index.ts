export { Counter, Gauge, Histogram } from 'prom-client';
export { type BatchMetrics, createBatchMetrics } from './batch-metrics';
export { createClockMetrics } from './clock-metrics';
export { createInvariantMetrics, type ViolationObserver } from './invariant-metrics';
export { addProcessMetrics, createMetrics, type Metrics } from './metrics';
export { createMongoMetrics, type MongoMetrics } from './mongo-metrics';
export { createRedisMetrics, type RedisMetrics } from './redis-metrics';
export { type CallObserver, createRpcMetrics, type RpcMetrics } from './rpc-metrics';
export { type ReadinessAnswer, serveMetrics } from './serve-metrics';
