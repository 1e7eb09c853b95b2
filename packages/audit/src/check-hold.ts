import type { HoldDocument, Line, ReservationDocument } from './documents';

/**
 * The hold state that each final reservation state requires. A hold without a reservation, and a
 * HELD hold of a reservation in a final state, are intermediate states that the
 * worker settles; they are wrong only if they last past the hold's expiry and the sweep interval.
 */
const FINAL_STATE = {
  CONFIRMED: 'SOLD',
  RETURNED: 'SOLD',
  CANCELLED: 'RELEASED',
  EXPIRED: 'RELEASED',
} as const;

export const linesKey = (lines: readonly Line[]): string =>
  lines
    .map(({ productId, quantity }) => `${productId}x${quantity}`)
    .sort()
    .join(',');

/**
 * Describes the mismatch between a hold and its reservation, or undefined. `overdue` means that the
 * worker has had time to settle it.
 */
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
