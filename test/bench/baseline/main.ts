/**
 * The monolith that most teams would write first: one process with Express, Mongoose and BullMQ.
 * The benchmark compares FlashReserve with it. It crashes deliberately if something is missing at
 * startup.
 */
import type { AddressInfo } from 'node:net';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { createConnection } from 'mongoose';
import { z } from 'zod';
import { createApp, type ExpiryJob } from './app';
import { fetchKeys } from './authenticate';
import { startExpiryWorker } from './expiry-worker';
import { createModels } from './models';

const QUEUE_NAME = 'expiry';
const HOST = '127.0.0.1';

const environment = z.object({
  MONGO_URI: z.string(),
  MONGO_DB: z.string(),
  REDIS_URL: z.string(),
  REDIS_PREFIX: z.string(),
  JWKS_URL: z.string(),
  RESERVATION_TTL_SECONDS: z.coerce.number().int(),
});

const start = async (): Promise<void> => {
  const env = environment.parse(process.env);
  const connection = await createConnection(env.MONGO_URI, {
    dbName: env.MONGO_DB,
    writeConcern: { w: 'majority', journal: true },
    readConcernLevel: 'majority',
  }).asPromise();
  const models = await createModels(connection);
  const queue = new Queue<ExpiryJob>(QUEUE_NAME, {
    connection: new Redis(env.REDIS_URL),
    prefix: env.REDIS_PREFIX,
    defaultJobOptions: {
      attempts: 5,
      backoff: { type: 'exponential', delay: 1_000 },
      removeOnComplete: true,
      removeOnFail: 1_000,
    },
  });
  startExpiryWorker({
    queueName: QUEUE_NAME,
    prefix: env.REDIS_PREFIX,
    connection: new Redis(env.REDIS_URL, { maxRetriesPerRequest: null }),
    models,
  });
  const app = createApp({
    models,
    queue,
    keys: await fetchKeys(env.JWKS_URL),
    ttlSeconds: env.RESERVATION_TTL_SECONDS,
  });
  const server = app.listen(0, HOST, (error) => {
    if (error !== undefined) throw error;
    process.send?.({ port: (server.address() as AddressInfo).port });
  });
};

// Its data is not kept, so it exits immediately on a signal or when the benchmark has exited.
process.on('disconnect', () => process.exit());
process.on('SIGTERM', () => process.exit());
void start();
