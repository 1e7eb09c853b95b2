import { createRequire } from 'node:module';
import { join } from 'node:path';
import { EXPIRY_QUEUE_NAME } from '@flashreserve/contracts';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import type { Site } from './system';

type ExpiryJobsModule = typeof import('../../../services/reservation/src/bullmq/expiry-jobs');

/** Reservations per shared job: as many as 64 connections create concurrently. */
const MADE_TOGETHER = 64;

/**
 * Adds the jobs that the reservation service would have added for these reservations, planned by
 * its own code. The only place in the benchmark that knows the format of jobs.
 */
export const enqueueExpiry = async (
  site: Site,
  prefix: string,
  reservationIds: readonly string[],
  expiresAt: Date,
): Promise<void> => {
  const load = createRequire(join(site.root, 'services/reservation/dist/'));
  const { planExpiryJobs } = load('./bullmq/expiry-jobs.js') as ExpiryJobsModule;
  const redis = new Redis(site.redisUrl);
  const queue = new Queue(EXPIRY_QUEUE_NAME, { connection: redis, prefix });
  try {
    for (let first = 0; first < reservationIds.length; first += MADE_TOGETHER) {
      const together = reservationIds.slice(first, first + MADE_TOGETHER);
      const jobs = planExpiryJobs(
        together.map((reservationId) => ({
          kind: 'expire',
          reservationId,
          expiresAt,
          repeated: false,
        })),
        new Date(),
      );
      await queue.addBulk([...jobs]);
    }
  } finally {
    await queue.close();
    redis.disconnect();
  }
};
