import { startLocalMongo } from './mongo/start-local-mongo';
import { textOf } from './processes/text-of';
import { startLocalRedis } from './redis/start-local-redis';
import type { LocalStore } from './store/local-store';
import { LocalStoresError } from './store/local-stores-error';
import type { LocalStoresOptions } from './store/options';
import type { KeepRunningOptions } from './supervision/keep-running';
import type { StoreFaults } from './supervision/store-faults';

/** Both stores. */
export interface LocalStores {
  readonly mongoUri: string;
  /** The same data, never in faults mode: for what looks on from outside. */
  readonly mongoUriWithoutFaults: string;
  readonly redisUrl: string;
  readonly description: { readonly mongo: string; readonly redis: string };
  /** For fault tests; a store that was given has none. */
  readonly faults: { readonly mongo?: StoreFaults; readonly redis?: StoreFaults };
  /**
   * From now on starts the programs of these stores again when one has ended, as a crash or a kill leaves it. Does nothing for
   * a store that was given.
   */
  keepRunning(options: Omit<KeepRunningOptions, 'name'>): void;
  /** Stops what this call started, databases in order, and nothing else. May be called twice. */
  stop(): Promise<void>;
}

/** Two explanations for people become one; any other failure is passed on as it is. */
function combine(failures: readonly unknown[]): unknown {
  const isExplained = failures.every((failure) => failure instanceof LocalStoresError);
  return isExplained && failures.length > 1
    ? new LocalStoresError(failures.map(textOf).join('\n\n'))
    : (failures.find((failure) => !(failure instanceof LocalStoresError)) ?? failures[0]);
}

/** All succeed, or those that did are stopped again. */
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
 * Finds or makes a MongoDB-compatible store and a Redis, ready for use. They end with this process, however
 * it ends.
 * @throws {LocalStoresError} With every way to get a store, when one cannot be had.
 */
export async function startLocalStores(options: LocalStoresOptions): Promise<LocalStores> {
  const [mongo, redis] = await startAll([startLocalMongo(options), startLocalRedis(options)]);
  if (mongo === undefined || redis === undefined) {
    throw new Error('A store is missing after both have started.');
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
