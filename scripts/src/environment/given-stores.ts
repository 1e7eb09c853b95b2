import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { MongoClient } from 'mongodb';
import { TaskError } from '../task';

export interface StoreCheck {
  /** How long to wait for a store that does not answer. */
  readonly timeoutMs: number;
  readonly say: (line: string) => void;
}

/** A message is printed if a store has not answered by then. */
const SAY_AFTER_MS = 1_000;
const RETRY_MS = 250;

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const sayLater = ({ say }: StoreCheck, line: string): (() => void) => {
  const timer = setTimeout(() => say(line), SAY_AFTER_MS);
  return () => clearTimeout(timer);
};

/** The hosts of a URI, without user and password. */
export const hostsOf = (uri: string): string =>
  /^[^/]+:\/\/(?:[^@/]*@)?([^/?]*)/.exec(uri)?.[1] ?? 'its address';

/**
 * Ensures that the MongoDB of MONGO_URI answers, accepts this user and supports transactions.
 *
 * @throws TaskError that says which of these failed, after the timeout at the latest
 */
export const ensureMongoAnswers = async (uri: string, check: StoreCheck): Promise<void> => {
  const { timeoutMs } = check;
  const stopSaying = sayLater(
    check,
    `Waiting for the MongoDB of MONGO_URI at ${hostsOf(uri)}, ${timeoutMs / 1_000} s at most ...`,
  );
  const client = new MongoClient(uri, {
    serverSelectionTimeoutMS: timeoutMs,
    connectTimeoutMS: timeoutMs,
    socketTimeoutMS: timeoutMs,
  });
  try {
    await client.connect();
    const hello = await client.db('admin').command({ hello: 1 });
    if (hello['setName'] === undefined && hello['msg'] !== 'isdbgrid') {
      throw new TaskError(
        `MONGO_URI: the MongoDB at ${hostsOf(uri)} is a single server. FlashReserve needs transactions: start it with --replSet, and run rs.initiate() once.`,
      );
    }
  } catch (error) {
    if (error instanceof TaskError) throw error;
    throw new TaskError(
      `MONGO_URI: the MongoDB at ${hostsOf(uri)} cannot be used: ${textOf(error)}`,
    );
  } finally {
    stopSaying();
    await client.close();
  }
};

const askRedis = async (url: string, timeoutMs: number): Promise<void> => {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: timeoutMs,
    commandTimeout: timeoutMs,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    disableClientInfo: true,
  });
  let reason: unknown;
  redis.on('error', (error) => {
    reason = error;
  });
  try {
    await redis.connect();
    await redis.ping();
  } catch (error) {
    // A least-privilege user may not run PING, but it has been authenticated.
    if (textOf(error).startsWith('NOPERM')) return;
    throw reason ?? error;
  } finally {
    redis.disconnect();
  }
};

/**
 * Ensures that the Redis of REDIS_URL answers and accepts this user.
 *
 * @throws TaskError that says what is wrong, after the timeout at the latest
 */
const ensureRedisAnswers = async (url: string, check: StoreCheck): Promise<void> => {
  const giveUpAt = Date.now() + check.timeoutMs;
  const stopSaying = sayLater(
    check,
    `Waiting for the Redis of REDIS_URL at ${hostsOf(url)}, ${check.timeoutMs / 1_000} s at most ...`,
  );
  try {
    for (;;) {
      try {
        return await askRedis(url, Math.max(RETRY_MS, giveUpAt - Date.now()));
      } catch (error) {
        const isRefused = /^(WRONGPASS|NOAUTH|ERR)\b/.test(textOf(error));
        if (isRefused || Date.now() + RETRY_MS > giveUpAt) {
          throw new TaskError(
            `REDIS_URL: the Redis at ${hostsOf(url)} cannot be used: ${textOf(error)}`,
          );
        }
        await pause(RETRY_MS);
      }
    }
  } finally {
    stopSaying();
  }
};

/**
 * Ensures that the stores given by address answer. Checks both concurrently.
 *
 * @throws TaskError that says what is wrong with each
 */
export const ensureStoresAnswer = async (
  { mongoUri, redisUrl }: { readonly mongoUri: string; readonly redisUrl: string },
  check: StoreCheck,
): Promise<void> => {
  const outcomes = await Promise.allSettled([
    mongoUri === '' ? undefined : ensureMongoAnswers(mongoUri, check),
    redisUrl === '' ? undefined : ensureRedisAnswers(redisUrl, check),
  ]);
  const failures = outcomes.flatMap((outcome) =>
    outcome.status === 'rejected' ? [textOf(outcome.reason)] : [],
  );
  if (failures.length > 0) throw new TaskError(failures.join('\n'));
};
