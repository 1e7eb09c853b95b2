import { createFailureLog, describeCauses, type Logger } from '@flashreserve/ops';
import { Redis } from 'ioredis';

export type { Redis } from 'ioredis';

/** Answers of a healthy Redis take far less than a millisecond. */
const COUNTER_TIMEOUT_MS = 500;

const logErrors = (redis: Redis, log: Logger): Redis => {
  const logFailure = createFailureLog();
  redis.on('error', (error: unknown) => {
    logFailure({
      log,
      level: 'warn',
      key: 'redis',
      fields: { causes: describeCauses(error) },
      message: 'Redis does not answer; it is tried again in the background.',
    });
  });
  return redis;
};

/** Short, because a worker must be at work again within seconds of the end of an outage. */
const RECONNECT_MS_MAX = 1_000;

const reconnectDelayMs = (attempt: number): number =>
  Math.min(100 * 2 ** Math.min(attempt, 5), RECONNECT_MS_MAX);

/** What all connections share. */
const COMMON = {
  connectTimeout: 2_000,
  retryStrategy: reconnectDelayMs,
  // Users of least privilege may not say what library they use.
  disableClientInfo: true,
} as const;

/** For adding jobs: fails within a second when Redis is away instead of keeping callers waiting. */
export const connectProducerRedis = (url: string, log: Logger): Redis =>
  logErrors(
    new Redis(url, {
      ...COMMON,
      maxRetriesPerRequest: 0,
      enableOfflineQueue: false,
      commandTimeout: 1_000,
    }),
    log,
  );

/**
 * For counters that requests wait for: fails at once while there is no connection. A Redis that hangs costs its callers
 * at most `COUNTER_TIMEOUT_MS` and then counts as away until a new connection answers.
 */
export const connectCounterRedis = (url: string, log: Logger): Redis =>
  logErrors(
    new Redis(url, {
      ...COMMON,
      maxRetriesPerRequest: 0,
      enableOfflineQueue: false,
      commandTimeout: COUNTER_TIMEOUT_MS,
      socketTimeout: COUNTER_TIMEOUT_MS,
    }),
    log,
  );

/** For BullMQ workers, whose blocking reads wait for ever and survive an outage. */
export const connectWorkerRedis = (url: string, log: Logger): Redis =>
  logErrors(
    new Redis(url, {
      ...COMMON,
      maxRetriesPerRequest: null,
    }),
    log,
  );
