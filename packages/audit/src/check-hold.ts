import type { HoldDocument, Line, ReservationDocument } from './documents';

/**
 * What a reservation's state allows its hold to be. A hold without a reservation, and a CONFIRMED, CANCELLED or
 * EXPIRED one whose hold is still HELD, are steps on the way that the worker completes; they are wrong only
 * when they stay, that is, past the hold's expiry and the time the sweep needs.
 */
const FINAL_STATE = { CONFIRMED: 'SOLD', CANCELLED: 'RELEASED', EXPIRED: 'RELEASED' } as const;

const linesKey = (lines: readonly Line[]): string =>
  lines
    .map(({ productId, quantity }) => `${productId}x${quantity}`)
    .sort()
    .join(',');

/** Says what is wrong between a hold and its reservation, or undefined. `overdue` is true when the worker has had its time. */
export const checkHold = (
  hold: HoldDocument,
  reservation: ReservationDocument | undefined,
  options: { readonly overdue: boolean },
): string | undefined => {
  if (reservation === undefined) {
    if (hold.state !== 'HELD') return `the hold is ${hold.state} and there is no reservation`;
    return options.overdue ? 'the hold is overdue and there is no reservation' : undefined;
  }
  if (reservation.tombstone !== true) {
    if (reservation.customerId !== hold.customerId)
      return 'hold and reservation name different customers';
    if (linesKey(reservation.lines ?? []) !== linesKey(hold.lines))
      return 'hold and reservation have different lines';
  }
  if (reservation.status === 'PENDING') {
    if (hold.state !== 'HELD') return `the reservation is PENDING and its hold is ${hold.state}`;
    return options.overdue ? 'reservation and hold are overdue' : undefined;
  }
  const wanted = FINAL_STATE[reservation.status];
  if (hold.state === wanted) return undefined;
  if (hold.state === 'HELD' && !options.overdue) return undefined;
  return `the reservation is ${reservation.status} and its hold is ${hold.state}`;
};
