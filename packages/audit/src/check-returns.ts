import { linesKey } from './check-hold';
import type { HoldDocument, Line, ReservationDocument, ReturnDocument } from './documents';

/** Units by product. */
export const unitsOf = (returns: readonly Pick<ReturnDocument, 'lines'>[]): Map<string, number> => {
  const units = new Map<string, number>();
  for (const { productId, quantity } of returns.flatMap(({ lines }) => lines)) {
    units.set(productId, (units.get(productId) ?? 0) + quantity);
  }
  return units;
};

/** The units of the lines that were not returned; negative where too many were. */
export const unitsLeft = (
  lines: readonly Line[],
  returns: readonly Pick<ReturnDocument, 'lines'>[],
): readonly number[] => {
  const returned = unitsOf(returns);
  return lines.map(({ productId, quantity }) => quantity - (returned.get(productId) ?? 0));
};

/** The returns of one side that the other lacks, or has with another content. */
export const missingFrom = (
  returns: readonly ReturnDocument[],
  others: readonly ReturnDocument[],
): readonly ReturnDocument[] => {
  const keyOf = ({ returnId, writeOff, lines }: ReturnDocument): string =>
    `${returnId} ${writeOff} ${linesKey(lines)}`;
  const known = new Set(others.map(keyOf));
  return returns.filter((one) => !known.has(keyOf(one)));
};

const checkReservation = ({
  status,
  lines = [],
  returns = [],
}: ReservationDocument): string | undefined => {
  if (returns.length > 0 && status !== 'CONFIRMED' && status !== 'RETURNED') {
    return `the reservation is ${status} and has returns`;
  }
  const left = unitsLeft(lines, returns);
  const products = new Set(lines.map(({ productId }) => productId));
  const isForeign = [...unitsOf(returns).keys()].some((productId) => !products.has(productId));
  if (isForeign || left.some((units) => units < 0)) return 'more was returned than was sold';
  const isReturned = status === 'RETURNED';
  const isEmpty = left.every((units) => units === 0);
  if (isReturned && !isEmpty) return 'the reservation is RETURNED and has units left';
  if (status === 'CONFIRMED' && isEmpty)
    return 'the reservation is CONFIRMED and has no units left';
  return undefined;
};

/**
 * Describes the mismatch between the returns of a reservation and those of its hold, or undefined.
 * The reservation decides first: what only it has is on its way, unless it is older than
 * `overdueBefore` or not marked.
 */
export const checkReturns = (
  hold: HoldDocument,
  reservation: ReservationDocument,
  { overdueBefore }: { readonly overdueBefore: number },
): string | undefined => {
  if (reservation.tombstone === true) return undefined;
  const problem = checkReservation(reservation);
  if (problem !== undefined) return problem;
  const { returns = [] } = reservation;
  const { returns: held = [] } = hold;
  if (missingFrom(held, returns).length > 0)
    return 'the hold has a return that its reservation lacks';
  const missing = missingFrom(returns, held);
  if (missing.length === 0) return undefined;
  if (reservation.returnsPending !== true) return 'the hold lacks a return, which is not marked';
  const isOverdue = missing.some(({ createdAt }) => createdAt.getTime() < overdueBefore);
  return isOverdue ? 'the hold lacks a return that is overdue' : undefined;
};
