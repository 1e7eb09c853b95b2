import { STOCK_LIMITS } from '@flashreserve/contracts';
import {
  type Reservation,
  type ReservationLine,
  type ReservationReturn,
  type ReservationStatus,
  sameLines,
} from './reservation';
import { refusal, returnExceedsUnits } from './reservation-errors';

/** The units to return, and why. */
export interface WantedReturn {
  readonly returnId: string;
  /** Merged by `sumLines`; empty means all units that are left. */
  readonly lines: readonly ReservationLine[];
  readonly writeOff: boolean;
  readonly reason: string;
}

/** Units that were returned, by product; products without any are omitted. */
export const returnedUnits = (
  returns: readonly Pick<ReservationReturn, 'lines'>[],
): ReadonlyMap<string, number> => {
  const units = new Map<string, number>();
  for (const { lines } of returns) {
    for (const { productId, quantity } of lines) {
      units.set(productId, (units.get(productId) ?? 0) + quantity);
    }
  }
  return units;
};

/** The units that can still be returned; products without any are omitted. */
export const returnableLines = (
  reservation: Pick<Reservation, 'lines' | 'returns'>,
): readonly ReservationLine[] => {
  const returned = returnedUnits(reservation.returns ?? []);
  return reservation.lines.flatMap(({ productId, quantity }) => {
    const left = quantity - (returned.get(productId) ?? 0);
    return left > 0 ? [{ productId, quantity: left }] : [];
  });
};

/** Whether a retry asks for what the return was made for. Lines in any order. */
export const isReturnOf = (made: ReservationReturn, wanted: WantedReturn): boolean => {
  const { lines, writeOff, reason } = wanted;
  const isAll = lines.length === 0;
  return (
    made.writeOff === writeOff &&
    made.reason === reason &&
    (made.isAll === true) === isAll &&
    (isAll || sameLines(made.lines, lines))
  );
};

const REFUSALS = {
  PENDING: 'RESERVATION_PENDING',
  CANCELLED: 'RESERVATION_CANCELLED',
  EXPIRED: 'RESERVATION_EXPIRED',
  RETURNED: 'RESERVATION_RETURNED',
} as const satisfies Record<Exclude<ReservationStatus, 'CONFIRMED'>, string>;

/**
 * The return of these units of a reservation, as it is now.
 *
 * @throws DomainError RESERVATION_PENDING, RESERVATION_CANCELLED, RESERVATION_EXPIRED,
 *   RESERVATION_RETURNED, RETURNS_LIMITED, RETURN_EXCEEDS_UNITS
 */
export const planReturn = (
  reservation: Reservation,
  { returnId, lines, writeOff, reason }: WantedReturn,
  now: Date,
): ReservationReturn => {
  const { status, returns = [] } = reservation;
  if (status !== 'CONFIRMED') throw refusal(REFUSALS[status]);
  if (returns.length >= STOCK_LIMITS.returnsMax) throw refusal('RETURNS_LIMITED');
  const left = returnableLines(reservation);
  const content = { returnId, writeOff, reason, createdAt: now };
  if (lines.length === 0) return { ...content, lines: left, isAll: true };
  const units = new Map(left.map(({ productId, quantity }) => [productId, quantity]));
  for (const { productId, quantity } of lines) {
    const returnable = units.get(productId) ?? 0;
    if (quantity > returnable) throw returnExceedsUnits(productId, returnable);
  }
  return { ...content, lines };
};
