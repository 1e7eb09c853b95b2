import { missingFrom, unitsLeft } from '../check-returns';
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
  'add-sold-hold':
    'CONFIRMED or RETURNED reservation had no hold: units taken, sold hold created with its returns',
  'restore-returns': 'SOLD hold had returns that its reservation lacked: added',
  'mark-returns': 'reservation had returns that its hold lacked: marked, so that catalog is told',
} as const;

export type Repair = keyof typeof REPAIRS;

export type Decision =
  | { readonly kind: 'fits' }
  | { readonly kind: 'repair'; readonly repair: Repair }
  /** Both have ended, in different states; only a person can find out which is right. */
  | { readonly kind: 'contradiction'; readonly problem: string };

const FITS: Decision = { kind: 'fits' };
const repair = (name: Repair): Decision => ({ kind: 'repair', repair: name });

const contradiction = (problem: string): Decision => ({ kind: 'contradiction', problem });

const isSold = ({ status }: ReservationDocument): boolean =>
  status === 'CONFIRMED' || status === 'RETURNED';

/**
 * A return is final, whichever side has it. Those that only one has may be different returns of the
 * same units.
 */
const decideForReturns = (
  { lines, returns: held = [] }: Pick<HoldDocument, 'lines' | 'returns'>,
  { returns = [], returnsPending }: ReservationDocument,
): Decision => {
  const missing = missingFrom(held, returns);
  const all = [...returns, ...missing];
  if (new Set(all.map(({ returnId }) => returnId)).size < all.length) {
    return contradiction('hold and reservation have different returns with the same id');
  }
  if (unitsLeft(lines, all).some((units) => units < 0)) {
    return contradiction('hold and reservation have different returns of the same units');
  }
  if (missing.length > 0) return repair('restore-returns');
  const isLacking = missingFrom(returns, held).length > 0;
  return isLacking && returnsPending !== true ? repair('mark-returns') : FITS;
};

const decideForReleased = (reservation: ReservationDocument | undefined): Decision => {
  if (reservation === undefined) return repair('add-tombstone');
  if (reservation.status === 'PENDING') return repair('expire-reservation');
  return isSold(reservation)
    ? contradiction(`the reservation is ${reservation.status} and its hold is RELEASED`)
    : FITS;
};

/**
 * Only a confirmed reservation sells its hold, so the tombstone was created after the reservation
 * was lost.
 */
const decideForSold = (
  hold: Pick<HoldDocument, 'lines' | 'returns'>,
  reservation: ReservationDocument | undefined,
): Decision => {
  if (reservation === undefined || reservation.tombstone === true)
    return repair('restore-reservation');
  if (reservation.status === 'PENDING') return repair('confirm-reservation');
  return isSold(reservation)
    ? decideForReturns(hold, reservation)
    : contradiction(`the reservation is ${reservation.status} and its hold is SOLD`);
};

/** A final state wins, because it never changes. A HELD hold is left to the worker. */
export const decideForHold = (
  hold: Pick<HoldDocument, 'state' | 'lines' | 'returns'>,
  reservation: ReservationDocument | undefined,
): Decision => {
  if (hold.state === 'HELD') return FITS;
  return hold.state === 'SOLD' ? decideForSold(hold, reservation) : decideForReleased(reservation);
};

/** Decides for a reservation without a hold. */
export const decideWithoutHold = (reservation: ReservationDocument): Decision => {
  if (reservation.tombstone === true) return FITS;
  if (reservation.status === 'PENDING') return repair('expire-without-hold');
  return repair(isSold(reservation) ? 'add-sold-hold' : 'add-released-hold');
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
