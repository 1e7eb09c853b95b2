import type { Collection } from 'mongodb';
import { missingFrom, unitsLeft } from '../check-returns';
import type { Line, ReturnDocument } from '../documents';
import { type Case, must } from './case';
import type { StoredReservation } from './documents';

/** The fields of a reservation that has these returns. */
export const returnedFields = (lines: readonly Line[], returns: readonly ReturnDocument[] = []) => {
  const last = returns.at(-1);
  if (last === undefined) return {};
  const isEmpty = unitsLeft(lines, returns).every((units) => units === 0);
  return {
    returns,
    ...(isEmpty && { status: 'RETURNED' as const, returnedAt: last.createdAt }),
  };
};

/** A reservation that has as many returns as it was read with. */
const asRead = ({ returns }: StoredReservation) => ({
  returns: returns === undefined ? { $exists: false } : { $size: returns.length },
});

/** Returns that one side lacks are added to the reservation, or left to the services. */
export const createReturnRepairs = (reservations: Collection<StoredReservation>) => {
  const restoreReturns = async ({ id, hold, reservation }: Case): Promise<boolean> => {
    const { lines, returns: held = [] } = must(hold);
    const { returns = [] } = must(reservation);
    const all = [...returns, ...missingFrom(held, returns)];
    const isLacking = missingFrom(returns, held).length > 0;
    const { modifiedCount } = await reservations.updateOne(
      { _id: id, ...asRead(must(reservation)) },
      { $set: { ...returnedFields(lines, all), ...(isLacking && { returnsPending: true }) } },
    );
    return modifiedCount === 1;
  };

  const markReturns = async ({ id, reservation }: Case): Promise<boolean> => {
    const { modifiedCount } = await reservations.updateOne(
      { _id: id, ...asRead(must(reservation)) },
      { $set: { returnsPending: true } },
    );
    return modifiedCount === 1;
  };

  return { 'restore-returns': restoreReturns, 'mark-returns': markReturns };
};
