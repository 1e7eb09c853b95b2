import { startLocalMongo } from './mongo/start-local-mongo';
import { textOf } from './processes/text-of';
import { startLocalRedis } from './redis/start-local-redis';
import type { LocalStore } from './store/local-store';
import { LocalStoresError } from './store/local-stores-error';
import type { LocalStoresOptions } from './store/options';
import type { KeepRunningOptions } from './supervision/keep-running';
import type { StoreFaults } from './supervision/store-faults';

/** A MongoDB-compatible store and a Redis. */
export interface LocalStores {
  readonly mongoUri: string;
  /** The same data without faults, for observers. Equals `mongoUri` outside faults mode. */
  readonly mongoUriWithoutFaults: string;
  readonly redisUrl: string;
  readonly description: { readonly mongo: string; readonly redis: string };
  /** For fault tests. Absent for a store given by its address. */
  readonly faults: { readonly mongo?: StoreFaults; readonly redis?: StoreFaults };
  /**
   * From now on restarts programs of these stores that have exited. Does nothing for a store given
   * by its address.
   */
  keepRunning(options: Omit<KeepRunningOptions, 'name'>): void;
  /** Stops what this call started, and nothing else. Idempotent. */
  stop(): Promise<void>;
}

/** Joins the messages of expected failures. Any other failure takes precedence, unchanged. */
function combine(failures: readonly unknown[]): unknown {
  const isExplained = failures.every((failure) => failure instanceof LocalStoresError);
  return isExplained && failures.length > 1
    ? new LocalStoresError(failures.map(textOf).join('\n\n'))
    : (failures.find((failure) => !(failure instanceof LocalStoresError)) ?? failures[0]);
}

/** Waits for all starts. If one fails, stops the others and throws. */
async function startAll(starts: readonly Promise<LocalStore>[]): Promise<LocalStore[]> {
  const started: LocalStore[] = [];
  const failures: unknown[] = [];
  for (const outcome of await Promise.allSettled(starts)) {
    if (outcome.status === 'fulfilled') {
      started.push(outcome.value);
    } else {
      failures.push(outcome.reason);
    }
  }
  if (failures.length > 0) {
    await Promise.all(started.map((store) => store.stop()));
    throw combine(failures);
  }
  return started;
}

/**
 * Finds or starts a MongoDB-compatible store and a Redis, and waits until they answer. Started
 * stores end with this process, however it ends.
 * @throws {LocalStoresError} If a store cannot be found or started; the message lists every way to
 * get one.
 */
export async function startLocalStores(options: LocalStoresOptions): Promise<LocalStores> {
  const [mongo, redis] = await startAll([startLocalMongo(options), startLocalRedis(options)]);
  if (mongo === undefined || redis === undefined) {
    throw new Error('A store is missing although both have started.');
  }
  return {
    mongoUri: mongo.uri,
    mongoUriWithoutFaults: mongo.uriWithoutFaults ?? mongo.uri,
    redisUrl: redis.uri,
    description: { mongo: mongo.description, redis: redis.description },
    faults: {
      ...(mongo.faults === undefined ? {} : { mongo: mongo.faults }),
      ...(redis.faults === undefined ? {} : { redis: redis.faults }),
    },
    keepRunning(options) {
      mongo.keepRunning?.({ ...options, name: 'MongoDB' });
      redis.keepRunning?.({ ...options, name: 'Redis' });
    },
    async stop() {
      await Promise.all([mongo.stop(), redis.stop()]);
    },
  };
}
