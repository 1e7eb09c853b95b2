import type { Logger } from '@flashreserve/platform/logging';

/** Missing jobs are logged at most this often. */
const LOG_INTERVAL_MS = 5_000;

/**
 * Counts reservations whose job could not be added, and says how many there were so far, without flooding the
 * log. Call it once for each of them.
 */
export const createMissingJobsLog = (
  log: Logger,
  onMissing: () => void = () => undefined,
): ((error: unknown) => void) => {
  let reservations = 0;
  let loggedAt = Number.NEGATIVE_INFINITY;
  return (error) => {
    reservations += 1;
    onMissing();
    if (Date.now() - loggedAt < LOG_INTERVAL_MS) return;
    loggedAt = Date.now();
    log.warn(
      { err: error, reservations },
      'Jobs could not be added to the expiry queue; the sweep covers them.',
    );
  };
};
