import { setTimeout as pause } from 'node:timers/promises';
import { EXPIRY_JOB_NAMES, EXPIRY_QUEUE_NAME } from '@flashreserve/contracts';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { MongoClient } from 'mongodb';
import type { FaultKind } from './fault';

type StoreName = 'mongo' | 'redis';

const AWAY_MS = { min: 0, max: 1_500 };

/** `kill -9` of all processes of a store, which is restarted soon after. */
export const killStore =
  (store: StoreName): FaultKind =>
  ({ site, random }) => {
    const ms = random.between(AWAY_MS.min, AWAY_MS.max);
    return {
      name: 'kill',
      target: store,
      detail: { ms },
      run: async () => {
        await site.stores[store].kill();
        await pause(ms);
        await site.stores[store].restart();
      },
    };
  };

const PAUSE_MS = { min: 500, max: 3_000 };

/** SIGSTOP of a store for some seconds. */
export const pauseStore: FaultKind = ({ site, random }) => {
  const store = random.pick(['mongo', 'redis'] as const);
  const ms = random.between(PAUSE_MS.min, PAUSE_MS.max);
  return {
    name: 'pause',
    target: store,
    detail: { ms },
    run: async () => {
      await site.stores[store].pause();
      await pause(ms);
      await site.stores[store].resume();
    },
  };
};

const FAILOVER_SECONDS = { min: 1, max: 5 };

/**
 * The database's primary steps down, and one is elected some seconds later, as in a failover of a
 * replica set.
 */
export const failover: FaultKind = ({ site, random }) => {
  const seconds = random.between(FAILOVER_SECONDS.min, FAILOVER_SECONDS.max);
  return {
    name: 'failover',
    target: 'mongo',
    detail: { seconds },
    run: async () => {
      const client = new MongoClient(site.mongoUri, { serverSelectionTimeoutMS: 10_000 });
      try {
        const command = { replSetStepDown: seconds, secondaryCatchUpPeriodSecs: 0, force: true };
        await client.db('admin').command(command);
        // Resolves once there is a primary again.
        await client.db('admin').command({ ping: 1 });
      } finally {
        await client.close();
      }
    },
  };
};

/** The queue's Redis is unavailable for some time. */
export const redisAway: FaultKind = ({ site }) => {
  const ms = 20_000;
  return {
    name: 'redis-away',
    target: 'redis',
    detail: { ms },
    run: async () => {
      await site.stores.redis.kill();
      await pause(ms);
      await site.stores.redis.restart();
    },
  };
};

/** A connection of an operator, which the components do not use. */
const withRedis = async (url: string, use: (redis: Redis) => Promise<void>): Promise<void> => {
  const redis = new Redis(url, { maxRetriesPerRequest: null, lazyConnect: true });
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    await use(redis);
  } finally {
    redis.disconnect();
  }
};

/** Deletes all data of the queue. */
export const redisFlush: FaultKind = ({ site }) => ({
  name: 'redis-flush',
  target: 'redis',
  run: () =>
    withRedis(site.redisUrl, async (redis) => {
      await redis.flushall();
    }),
});

const JOBS = { min: 5, max: 60 };
const IDS_PER_JOB_MAX = 20;
const DELAY_MS_MAX = 3_000;

/** Early, late and duplicate expiry jobs, for reservations in any state. */
export const duplicateJobs: FaultKind = ({ site, random, recentReservations }) => {
  const count = random.between(JOBS.min, JOBS.max);
  return {
    name: 'duplicate-jobs',
    target: 'redis',
    detail: { jobs: count },
    run: () =>
      withRedis(site.redisUrl, async (redis) => {
        const queue = new Queue(EXPIRY_QUEUE_NAME, { connection: redis, prefix: site.prefix });
        queue.on('error', () => undefined);
        const known = recentReservations();
        const jobs = Array.from({ length: known.length === 0 ? 0 : count }, () => ({
          name: random.pick(Object.values(EXPIRY_JOB_NAMES)),
          data: {
            reservationIds: [
              ...new Set(
                Array.from({ length: random.between(1, IDS_PER_JOB_MAX) }, () =>
                  random.pick(known),
                ),
              ),
            ],
          },
          opts: { delay: random.between(0, DELAY_MS_MAX), removeOnComplete: true },
        }));
        await queue.addBulk([...jobs, ...jobs]);
      }),
  };
};
