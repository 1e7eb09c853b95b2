import { createFailureLog, describeCauses, type Logger } from '@flashreserve/ops';
import { Redis } from 'ioredis';

export type { Redis } from 'ioredis';

/** A healthy Redis replies in far less than a millisecond. */
const COUNTER_TIMEOUT_MS = 500;

const logErrors = (redis: Redis, log: Logger): Redis => {
  const logFailure = createFailureLog();
  redis.on('error', (error: unknown) => {
    logFailure({
      log,
      level: 'warn',
      key: 'redis',
      fields: { causes: describeCauses(error) },
      message: 'Redis does not answer; reconnecting in the background.',
    });
  });
  return redis;
};

/** Short, so that a worker resumes within seconds after an outage. */
const RECONNECT_MS_MAX = 1_000;

const reconnectDelayMs = (attempt: number): number =>
  Math.min(100 * 2 ** Math.min(attempt, 5), RECONNECT_MS_MAX);

/** Options of all connections. */
const COMMON = {
  connectTimeout: 2_000,
  retryStrategy: reconnectDelayMs,
  // Least-privilege users may not run CLIENT SETINFO.
  disableClientInfo: true,
} as const;

/** For adding jobs: fails within a second while Redis is down instead of queueing commands. */
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
 * For counters in the request path: fails immediately without a connection. A hanging Redis costs
 * callers at most `COUNTER_TIMEOUT_MS` and then counts as down until a new connection answers.
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

/** For BullMQ workers, whose blocking reads never time out and survive an outage. */
export const connectWorkerRedis = (url: string, log: Logger): Redis =>
  logErrors(
    new Redis(url, {
      ...COMMON,
      maxRetriesPerRequest: null,
    }),
    log,
  );
