import type { HoldDocument, ReservationDocument } from '../documents';

/** What can be done about a hold and a reservation that come from different moments. */
export const REPAIRS = {
  'confirm-reservation': 'reservation was PENDING, its hold is SOLD: confirmed',
  'expire-reservation': 'reservation was PENDING, its hold is RELEASED: expired',
  'restore-reservation': 'SOLD hold had no reservation, or a tombstone: a confirmed one made of it',
  'add-tombstone': 'RELEASED hold had no reservation: a tombstone made of it',
  'expire-without-hold': 'PENDING reservation had no hold: expired, a released hold made of it',
  'add-released-hold': 'ended reservation had no hold: a released one made of it',
  'add-sold-hold': 'CONFIRMED reservation had no hold: its units taken, a sold one made of it',
} as const;

export type Repair = keyof typeof REPAIRS;

export type Decision =
  | { readonly kind: 'fits' }
  | { readonly kind: 'repair'; readonly repair: Repair }
  /** Both sides have ended, in different ways; which is true only people can find out. */
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

/** Only a confirmed reservation sells its hold, so a tombstone was made after the reservation was lost. */
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

/** Whoever is ahead is right: an end is only ever reached once. A hold that is still HELD is the worker's business. */
export const decideForHold = (
  hold: Pick<HoldDocument, 'state'>,
  reservation: ReservationDocument | undefined,
): Decision => {
  if (hold.state === 'HELD') return FITS;
  return hold.state === 'SOLD' ? decideForSold(reservation) : decideForReleased(reservation);
};

/** For a reservation whose hold does not exist. */
export const decideWithoutHold = (reservation: ReservationDocument): Decision => {
  if (reservation.tombstone === true) return FITS;
  if (reservation.status === 'PENDING') return repair('expire-without-hold');
  return repair(reservation.status === 'CONFIRMED' ? 'add-sold-hold' : 'add-released-hold');
};
