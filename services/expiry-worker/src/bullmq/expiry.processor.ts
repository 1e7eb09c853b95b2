import { DomainError } from '@flashreserve/platform/errors';
import { DelayedError, type Job, UnrecoverableError } from 'bullmq';
import { z } from 'zod';
import type { Settlement } from '../application/settle-batch';
import type { HoldSettler } from '../application/settle-holds';

const jobData = z.object({ reservationId: z.uuid() });

/** The parts of a BullMQ job that processing needs. */
export type ExpiryJob = Pick<Job<unknown>, 'data' | 'moveToDelayed'>;

/**
 * Makes the processor of the expiry queue. Both kinds of job ask the same question, "what must become of this
 * reservation's hold?", so the job's name does not matter.
 *
 * A job that can never succeed fails at once and stays in the failed set; any other failure is left to the
 * job's own attempts and backoff.
 */
export const createExpiryProcessor =
  (deps: { readonly settle: HoldSettler['settle'] }) =>
  async (job: ExpiryJob, token?: string): Promise<Settlement> => {
    const data = jobData.safeParse(job.data);
    if (!data.success) {
      throw new UnrecoverableError(`The job's data is unusable: ${z.prettifyError(data.error)}`);
    }
    const settlement = await settleOrSetAside(deps.settle, data.data.reservationId);
    if (settlement.outcome === 'not-due') {
      // The job came early because clocks differ. BullMQ counts in this process's time, so the remaining
      // time is added to that, whatever time it is for reservation.
      await job.moveToDelayed(Date.now() + settlement.remainingMs, token);
      throw new DelayedError();
    }
    return settlement;
  };

const settleOrSetAside = async (
  settle: HoldSettler['settle'],
  reservationId: string,
): Promise<Settlement> => {
  try {
    return await settle(reservationId);
  } catch (error) {
    if (error instanceof DomainError && error.kind === 'invalid') {
      throw new UnrecoverableError(error.message);
    }
    throw error;
  }
};
