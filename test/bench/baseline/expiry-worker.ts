import { Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { ExpiryJob } from './app';
import type { Models } from './models';

const CONCURRENCY = 50;

/** Releases the units of one reservation, unless it was confirmed. */
const expire = async (models: Models, reservationId: string): Promise<void> => {
  const expired = await models.reservations
    .findOneAndUpdate(
      { _id: reservationId, status: 'PENDING' },
      { status: 'EXPIRED', expiredAt: new Date() },
      { returnDocument: 'after' },
    )
    .lean()
    .exec();
  if (expired === null) return;
  await models.products
    .updateOne({ _id: expired.productId }, { $inc: { available: expired.quantity } })
    .exec();
};

/** Runs expiry jobs in the monolith's own process. */
export const startExpiryWorker = (options: {
  readonly queueName: string;
  readonly prefix: string;
  readonly connection: Redis;
  readonly models: Models;
}): Worker<ExpiryJob> => {
  const { queueName, prefix, connection, models } = options;
  return new Worker<ExpiryJob>(queueName, (job) => expire(models, job.data.reservationId), {
    connection,
    prefix,
    concurrency: CONCURRENCY,
  });
};
