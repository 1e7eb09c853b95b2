import { EXPIRY_SHARE_WINDOW_MS } from '@flashreserve/contracts';
import { DelayedError, type Job, UnrecoverableError } from 'bullmq';
import type { HoldSettler } from '../application/settle-holds';
import { readJobIds, readTraceparents } from './job-data';
import { type JobOutcome, type JobReport, type Problem, sortOutcomes } from './job-outcome';

/** The parts of a BullMQ job that processing needs. */
export type ExpiryJob = Pick<Job<unknown>, 'data' | 'updateData' | 'moveToDelayed'>;

/** When a job is put back for reservations that are not due, those that failed are tried again at the latest after this. */
const RETRY_MS = 5_000;
/** Problems that a job's failure names one by one. */
const PROBLEMS_NAMED_MAX = 3;
/** Characters of an unusable entry that a failure shows. */
const ENTRY_TEXT_MAX = 50;

/**
 * Makes the processor of the expiry queue. Both kinds of job ask the same question, "what must become of these
 * reservations' holds?", so the job's name does not matter.
 *
 * Every reservation of a job is settled on its own. A job with open ones goes back for these only: after the
 * remaining time when some are not due, else as a failure, by the job's own attempts and backoff. What can never
 * succeed does not keep the others from it, and is what the job holds when it ends in the failed set.
 */
export const createExpiryProcessor =
  (deps: { readonly settle: HoldSettler['settle'] }) =>
  async (job: ExpiryJob, token?: string): Promise<JobReport> => {
    const { usable, unusable } = readJobIds(job.data);
    if (usable.length === 0) {
      throw new UnrecoverableError("The job's data is unusable: it names no reservation.");
    }
    const outcome = sortOutcomes(await deps.settle(usable));
    const { report, notDue, failed, refused } = outcome;
    const total = usable.length + unusable.length;

    const open = [...notDue.keys(), ...idsOf(failed), ...idsOf(refused), ...unusable];
    if (open.length === 0) return report;
    // Safe at any moment: what is left out is settled for good, or there is nothing to settle. Even two workers that
    // run the job at once, after a lost lock, may overwrite each other's list: each contains all that is still open.
    if (open.length < total) await job.updateData(withTraces(open, readTraceparents(job.data)));

    if (notDue.size > 0) {
      // The job came early because clocks differ. BullMQ counts in this process's time, so the remaining
      // time is added to that, whatever time it is for reservation.
      await job.moveToDelayed(Date.now() + pauseMs(outcome), token);
      throw new DelayedError();
    }
    const problems = [...failed, ...refused, ...unusable.map(toProblem)];
    const message = describe(problems, total);
    throw failed.length > 0 ? new Error(message) : new UnrecoverableError(message);
  };

const withTraces = (reservationIds: readonly unknown[], traceparents: readonly string[]) => ({
  reservationIds,
  ...(traceparents.length > 0 && { traceparents }),
});

const toProblem = (entry: unknown): Problem => ({
  reservationId: String(JSON.stringify(entry)).slice(0, ENTRY_TEXT_MAX),
  error: new TypeError('This is unusable as an id.'),
});

const idsOf = (problems: readonly Problem[]): string[] =>
  problems.map(({ reservationId }) => reservationId);

/** Until the next one is due, and those that follow it closely, so that a job is not put back for each of them. */
const pauseMs = ({ notDue, failed }: JobOutcome): number => {
  const remaining = [...notDue.values()];
  const soonest = Math.min(...remaining);
  const together = remaining.filter((ms) => ms <= soonest + EXPIRY_SHARE_WINDOW_MS);
  const pause = Math.max(...together);
  return failed.length > 0 ? Math.min(pause, RETRY_MS) : pause;
};

const describe = (problems: readonly Problem[], total: number): string => {
  const named = problems
    .slice(0, PROBLEMS_NAMED_MAX)
    .map(({ reservationId, error }) => `${reservationId}: ${messageOf(error)}`);
  const more = problems.length - named.length;
  const rest = more > 0 ? [`and ${more} more`] : [];
  return `${problems.length} of ${total} holds could not be settled: ${[...named, ...rest].join('; ')}`;
};

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
