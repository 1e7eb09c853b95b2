import type { Lifecycle, Logger } from '@flashreserve/ops';
import { connectCounterRedis, type RedisMetrics } from '@flashreserve/store/redis';
import type { LimitConfig } from './config';
import { createLimits, type Limits } from './limits';

/** Creates the limits of a gateway, with counters in Redis if configured. Never waits for Redis. */
export const connectLimits = (
  config: LimitConfig,
  deps: {
    readonly log: Logger;
    readonly lifecycle: Lifecycle;
    readonly redisMetrics: RedisMetrics;
    /** Number of processes of this gateway. */
    readonly processes: number;
  },
): Limits => {
  const { log, lifecycle, redisMetrics, processes } = deps;
  const { REDIS_URL: url, REDIS_PREFIX: prefix } = config;
  if (url === undefined) {
    log.warn('REDIS_URL is not set: each gateway counts logins and registrations on its own.');
    return createLimits(config, undefined, processes);
  }
  const redis = connectCounterRedis(url, log);
  redisMetrics('counters', redis);
  lifecycle.onStop('counters', () => {
    redis.disconnect();
  });
  return createLimits(config, { redis, prefix }, processes);
};
