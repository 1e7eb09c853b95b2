export { type BatchMetrics, createBatchMetrics } from './batch-metrics';
export { createMetrics, type Metrics, serveMetrics } from './metrics';
