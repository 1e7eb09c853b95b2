import { setTimeout as pause } from 'node:timers/promises';
import { EXPIRY_JOB_NAMES, EXPIRY_QUEUE_NAME } from '@flashreserve/contracts';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { MongoClient } from 'mongodb';
import type { Recorder } from '../history/recorder';
import type { Site } from '../site/site';
import type { Figure } from './figure';
import type { AnswerWatch } from './watch-answers';

const REDIS_AWAY_MS = 60_000;
const WORKER_LIMIT_SECONDS = 5;
const STOCK_LIMIT_SECONDS = 10;
const DATABASE_LIMIT_SECONDS = 15;
const DATABASE_ROUNDS = 5;
const SETTLE_MS = 6_000;
const POLL_MS = 50;

/** Resolves once the worker has run a job that is added now. */
const workerDoesAJob = async ({ redisUrl, prefix }: Site, reservationId: string): Promise<void> => {
  const redis = new Redis(redisUrl, { maxRetriesPerRequest: null });
  try {
    const queue = new Queue(EXPIRY_QUEUE_NAME, { connection: redis, prefix });
    const job = await queue.add(EXPIRY_JOB_NAMES.settle, { reservationIds: [reservationId] });
    while (!(await job.isCompleted())) await pause(POLL_MS);
  } finally {
    redis.disconnect();
  }
};

/** Resolves once all holds that were due before `dueBefore` are settled. */
const stockIsBack = async ({ mongoUri, prefix }: Site, dueBefore: Date): Promise<void> => {
  const client = await new MongoClient(mongoUri).connect();
  try {
    const holds = client.db(`${prefix}_catalog`).collection('holds');
    const overdue = { state: 'HELD', expireTime: { $lt: dueBefore } };
    while ((await holds.countDocuments(overdue, { limit: 1 })) > 0) await pause(POLL_MS);
  } finally {
    await client.close();
  }
};

/** Makes Redis unavailable for a minute while customers keep reserving. */
export const measureRedisOutage = async (
  site: Site,
  parts: {
    readonly recorder: Recorder;
    readonly watch: AnswerWatch;
    readonly recentReservations: () => readonly string[];
  },
): Promise<readonly Figure[]> => {
  const { recorder, watch, recentReservations } = parts;
  const from = Date.now();
  await site.stores.redis.kill();
  await pause(REDIS_AWAY_MS);
  const failures = watch.failures(from).length + watch.turnedAway(from);
  const until = Date.now();
  await site.stores.redis.restart();
  const returnedAt = Date.now();
  recorder.write({ kind: 'fault', fault: 'redis-away', target: 'redis', from, until: returnedAt });
  const known = recentReservations().at(-1) ?? '';
  const secondsSince = (): number => (Date.now() - returnedAt) / 1_000;
  const [worker, stock] = await Promise.all([
    workerDoesAJob(site, known).then(secondsSince),
    stockIsBack(site, new Date(until)).then(secondsSince),
  ]);
  const name = 'Redis away for a minute';
  return [
    { name, measure: 'requests that failed meanwhile', values: [failures], limit: 0 },
    {
      name,
      measure: 'seconds after its return until the worker does a job',
      values: [worker],
      limit: WORKER_LIMIT_SECONDS,
    },
    {
      name,
      measure: 'seconds after its return until all stock that fell due is back',
      values: [stock],
      limit: STOCK_LIMIT_SECONDS,
    },
  ];
};

/** Kills the database and restarts it at once. */
export const measureDatabaseKill = async (
  site: Site,
  recorder: Recorder,
  watch: AnswerWatch,
): Promise<readonly Figure[]> => {
  const failedFor: number[] = [];
  for (let round = 0; round < DATABASE_ROUNDS; round += 1) {
    await pause(SETTLE_MS);
    const from = Date.now();
    await site.stores.mongo.kill();
    await site.stores.mongo.restart();
    recorder.write({ kind: 'fault', fault: 'kill', target: 'mongo', from, until: Date.now() });
    await pause(SETTLE_MS);
    failedFor.push(watch.failedForMs(from) / 1_000);
  }
  return [
    {
      name: 'Database killed and started again',
      measure: 'seconds until the last request failed',
      values: failedFor,
      limit: DATABASE_LIMIT_SECONDS,
    },
  ];
};
