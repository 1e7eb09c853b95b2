import type { Clock } from '@flashreserve/ops';
import type { ExpiryScheduler } from './ports';

/**
 * How long a failed call may be retried. Then a job checks its outcome, and units held without a
 * reservation are released.
 */
const GIVE_UP_AFTER_MS = 5_000;

/** Calls `tell` with the error of failed work, then rethrows it. */
export const onFailureOf = async <Result>(
  work: Promise<Result>,
  tell: (error: unknown) => void,
): Promise<Result> => {
  try {
    return await work;
  } catch (error) {
    tell(error);
    throw error;
  }
};

/**
 * A hold may exist without a reservation. Only ExpireReservations can decide that, because it
 * writes a tombstone before the units are released. So the expiry job is scheduled early; if there
 * is a reservation after all, the job is put back.
 */
export const createGiveUp =
  (deps: { readonly scheduler: Pick<ExpiryScheduler, 'scheduleExpiry'>; readonly clock: Clock }) =>
  (reservationId: string): void => {
    const expiresAt = new Date(deps.clock.now().getTime() + GIVE_UP_AFTER_MS);
    void deps.scheduler.scheduleExpiry({ reservationId, expiresAt }, { repeated: false });
  };
