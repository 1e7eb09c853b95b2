import type { HoldDocument, ReservationDocument } from '../documents';
import type { Pair } from '../pairs';
import type { RetentionRule } from '../retention-rule';

/** Repairs for a hold and a reservation restored from different points in time. */
export const REPAIRS = {
  'confirm-reservation': 'reservation was PENDING, its hold is SOLD: confirmed',
  'expire-reservation': 'reservation was PENDING, its hold is RELEASED: expired',
  'restore-reservation': 'SOLD hold had no reservation, or a tombstone: confirmed one created',
  'add-tombstone': 'RELEASED hold had no reservation: tombstone created',
  'expire-without-hold': 'PENDING reservation had no hold: expired, released hold created',
  'add-released-hold': 'ended reservation had no hold: released hold created',
  'add-sold-hold': 'CONFIRMED reservation had no hold: units taken, sold hold created',
} as const;

export type Repair = keyof typeof REPAIRS;

export type Decision =
  | { readonly kind: 'fits' }
  | { readonly kind: 'repair'; readonly repair: Repair }
  /** Both have ended, in different states; only a person can find out which is right. */
  | { readonly kind: 'contradiction'; readonly problem: string };

const FITS: Decision = { kind: 'fits' };
const repair = (name: Repair): Decision => ({ kind: 'repair', repair: name });

const decideForReleased = (reservation: ReservationDocument | undefined): Decision => {
  if (reservation === undefined) return repair('add-tombstone');
  if (reservation.status === 'PENDING') return repair('expire-reservation');
  return reservation.status === 'CONFIRMED'
    ? { kind: 'contradiction', problem: 'the reservation is CONFIRMED and its hold is RELEASED' }
    : FITS;
};

/**
 * Only a confirmed reservation sells its hold, so the tombstone was created after the reservation
 * was lost.
 */
const decideForSold = (reservation: ReservationDocument | undefined): Decision => {
  if (reservation === undefined || reservation.tombstone === true)
    return repair('restore-reservation');
  if (reservation.status === 'PENDING') return repair('confirm-reservation');
  return reservation.status === 'CONFIRMED'
    ? FITS
    : {
        kind: 'contradiction',
        problem: `the reservation is ${reservation.status} and its hold is SOLD`,
      };
};

/** A final state wins, because it never changes. A HELD hold is left to the worker. */
export const decideForHold = (
  hold: Pick<HoldDocument, 'state'>,
  reservation: ReservationDocument | undefined,
): Decision => {
  if (hold.state === 'HELD') return FITS;
  return hold.state === 'SOLD' ? decideForSold(reservation) : decideForReleased(reservation);
};

/** Decides for a reservation without a hold. */
export const decideWithoutHold = (reservation: ReservationDocument): Decision => {
  if (reservation.tombstone === true) return FITS;
  if (reservation.status === 'PENDING') return repair('expire-without-hold');
  return repair(reservation.status === 'CONFIRMED' ? 'add-sold-hold' : 'add-released-hold');
};

/**
 * Decides for what the two databases have for one id. What retention has deleted is not restored.
 */
export const decide = (
  { hold, reservation }: Pair<HoldDocument, ReservationDocument>,
  retention: RetentionRule,
): Decision => {
  if (hold !== undefined) {
    const isAlone = reservation === undefined && retention.mayLackReservation(hold);
    return isAlone ? FITS : decideForHold(hold, reservation);
  }
  if (reservation === undefined || retention.mayLackHold(reservation)) return FITS;
  return decideWithoutHold(reservation);
};
