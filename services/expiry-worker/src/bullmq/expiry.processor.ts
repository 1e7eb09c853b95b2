import { EXPIRY_SHARE_WINDOW_MS } from '@flashreserve/contracts';
import { DelayedError, type Job, UnrecoverableError } from 'bullmq';
import type { HoldSettler } from '../application/settle-holds';
import { readJobIds, readTraceparents } from './job-data';
import { type JobOutcome, type JobReport, type Problem, sortOutcomes } from './job-outcome';

/** The parts of a BullMQ job that processing needs. */
export type ExpiryJob = Pick<Job<unknown>, 'data' | 'updateData' | 'moveToDelayed'>;

/**
 * Longest delay of a job that is put back as not due while other reservations of it have failed.
 */
const RETRY_MS = 5_000;
/** Maximum number of problems listed in a job's failure message. */
const PROBLEMS_NAMED_MAX = 3;
/** Maximum length of an unusable entry in a failure message. */
const ENTRY_TEXT_MAX = 50;

/**
 * Creates the processor of the expiry queue. Both kinds of job are processed alike, so the job's
 * name does not matter.
 *
 * Each reservation of a job is settled independently. A job with open reservations goes back to the
 * queue with these only: after the remaining time if some are not due, otherwise as a failed
 * attempt with the job's own backoff. Entries that can never succeed do not block the others; they
 * are what remains in the job when it ends in the failed set.
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
    // Always safe: entries left out are settled for good or have nothing to settle. Two workers
    // that run the job at once, after a lost lock, may overwrite each other's list: each has all
    // open entries.
    if (open.length < total) await job.updateData(withTraces(open, readTraceparents(job.data)));

    if (notDue.size > 0) {
      // The job ran early because clocks differ. BullMQ uses this process's clock, so the remaining
      // time is added to that and not to reservation's.
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
  error: new TypeError('Not a valid reservation id.'),
});

const idsOf = (problems: readonly Problem[]): string[] =>
  problems.map(({ reservationId }) => reservationId);

/** Time until the next reservation and those shortly after it are due, so they share one retry. */
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
