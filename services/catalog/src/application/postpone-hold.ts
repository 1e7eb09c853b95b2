import type { Clock } from '@flashreserve/ops';
import type { HoldRepository } from './ports';

export type PostponeHold = (request: {
  readonly reservationId: string;
  /** Time until the reservation is due, in milliseconds. */
  readonly remainingMs: number;
}) => Promise<void>;

/**
 * Keeps the hold of an extended reservation out of the list of overdue holds. The list only decides
 * which reservations the sweep asks about, so a hold that was not postponed costs a question in
 * each sweep and nothing else. Idempotent.
 */
export const createPostponeHold =
  (deps: {
    readonly holds: Pick<HoldRepository, 'postpone'>;
    readonly clock: Clock;
  }): PostponeHold =>
  ({ reservationId, remainingMs }) =>
    deps.holds.postpone(reservationId, new Date(deps.clock.now().getTime() + remainingMs));
