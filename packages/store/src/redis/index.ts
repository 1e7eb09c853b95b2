export type { Redis } from 'ioredis';
export {
  connectCounterRedis,
  connectProducerRedis,
  connectWorkerRedis,
} from './connect-redis';
export { createRedisMetrics, type RedisMetrics } from './redis-metrics';
