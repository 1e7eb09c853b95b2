import type { ClientSession, Collection } from 'mongodb';
import { unitsOf } from '../check-returns';
import { type Case, must } from './case';
import type { Repair } from './decide';
import type { StoredHold, StoredLedgerRow, StoredProduct, StoredReservation } from './documents';
import { createReturnRepairs, returnedFields } from './repair-returns';

const DAY_MS = 86_400_000;

/** The product lacks the units that a confirmed reservation needs. */
export class NotEnoughUnits extends Error {
  override readonly name = 'NotEnoughUnits';
}

interface Stores {
  readonly holds: Collection<StoredHold>;
  readonly products: Collection<StoredProduct>;
  readonly stockLedger: Collection<StoredLedgerRow>;
  readonly reservations: Collection<StoredReservation>;
  /** Runs the work in a transaction on catalog's database. */
  readonly inTransaction: (work: (session: ClientSession) => Promise<void>) => Promise<void>;
  readonly now: Date;
}

/** The hold that the reservation's call would have created. */
const holdOf = (
  reservation: StoredReservation,
  state: 'SOLD' | 'RELEASED',
  now: Date,
): StoredHold => ({
  _id: reservation._id,
  customerId: must(reservation.customerId),
  lines: must(reservation.lines),
  state,
  expireTime: reservation.expiresAt,
  createdAt: reservation.createdAt,
  settledAt: reservation.confirmedAt ?? reservation.cancelledAt ?? reservation.expiredAt ?? now,
  ...(state === 'SOLD' && { unfolded: true as const }),
  ...(state === 'SOLD' && reservation.returns && { returns: reservation.returns }),
});

/**
 * Takes the units of a sold hold that are not on sale again, and adds its returns to the ledger.
 */
const takeUnits = async (
  { products, stockLedger, now }: Stores,
  { lines, returns = [] }: StoredHold,
  session: ClientSession,
): Promise<void> => {
  const returnedUnits = unitsOf(returns);
  const writtenOffUnits = unitsOf(returns.filter(({ writeOff }) => writeOff));
  for (const { productId, quantity } of lines) {
    const returned = returnedUnits.get(productId) ?? 0;
    const writtenOff = writtenOffUnits.get(productId) ?? 0;
    const sold = quantity - returned;
    const taken = sold + writtenOff;
    const { matchedCount } = await products.updateOne(
      { _id: productId, available: { $gte: taken } },
      { $inc: { available: -taken, sold, writtenOff }, $set: { updatedAt: now } },
      { session },
    );
    if (matchedCount === 0) {
      throw new NotEnoughUnits(
        `${taken} of product ${productId} were sold and are no longer available`,
      );
    }
    if (returned === 0) continue;
    const day = new Date(Math.floor(now.getTime() / DAY_MS) * DAY_MS);
    await stockLedger.updateOne(
      { _id: `${productId}:${day.toISOString().slice(0, 10)}` },
      { $inc: { returned, writtenOff }, $setOnInsert: { productId, day, sold: 0 } },
      { session, upsert: true },
    );
  }
};

/**
 * Applies the repairs. All writes are conditional on the documents that were read, so a stale
 * repair changes nothing; each repair reports whether it changed anything.
 *
 * @throws NotEnoughUnits from `add-sold-hold`, which then has changed nothing
 */
export const createRepairs = (
  stores: Stores,
): Readonly<Record<Repair, (found: Case) => Promise<boolean>>> => {
  const { holds, reservations, inTransaction, now } = stores;

  const end = async (
    { id }: Case,
    change: {
      readonly status: 'CONFIRMED' | 'EXPIRED';
      readonly at: Date;
      readonly fields?: Partial<StoredReservation>;
    },
  ): Promise<boolean> => {
    const time = change.status === 'CONFIRMED' ? 'confirmedAt' : 'expiredAt';
    const { modifiedCount } = await reservations.updateOne(
      { _id: id, status: 'PENDING' },
      { $set: { status: change.status, [time]: change.at, ...change.fields } },
    );
    return modifiedCount === 1;
  };

  const insertReservation = async (reservation: StoredReservation): Promise<boolean> => {
    const { _id, ...fields } = reservation;
    const { upsertedCount } = await reservations.updateOne(
      { _id },
      { $setOnInsert: fields },
      { upsert: true },
    );
    return upsertedCount === 1;
  };

  const insertReleasedHold = async ({ reservation }: Case): Promise<boolean> => {
    const { _id, ...fields } = holdOf(must(reservation), 'RELEASED', now);
    const { upsertedCount } = await holds.updateOne(
      { _id },
      { $setOnInsert: fields },
      { upsert: true },
    );
    return upsertedCount === 1;
  };

  return {
    'confirm-reservation': (found) => {
      const { settledAt = now, lines, returns } = must(found.hold);
      const fields = returnedFields(lines, returns);
      return end(found, { status: 'CONFIRMED', at: settledAt, fields });
    },
    'expire-reservation': (found) =>
      end(found, { status: 'EXPIRED', at: must(found.hold).settledAt ?? now }),
    'restore-reservation': async (found) => {
      const hold = must(found.hold);
      // If another appears between the two writes, the next run repairs it.
      await reservations.deleteOne({ _id: found.id, tombstone: true });
      return insertReservation({
        _id: hold._id,
        customerId: hold.customerId,
        status: 'CONFIRMED',
        lines: hold.lines,
        expiresAt: hold.reservationExpireTime ?? hold.expireTime,
        createdAt: hold.createdAt,
        confirmedAt: hold.settledAt ?? hold.expireTime,
        ...returnedFields(hold.lines, hold.returns),
      });
    },
    'add-tombstone': ({ id }) =>
      insertReservation({
        _id: id,
        status: 'EXPIRED',
        expiresAt: now,
        createdAt: now,
        expiredAt: now,
        tombstone: true,
      }),
    'expire-without-hold': async (found) =>
      // The reservation first: while it is PENDING, its customer could confirm it.
      (await end(found, { status: 'EXPIRED', at: now })) && (await insertReleasedHold(found)),
    'add-released-hold': insertReleasedHold,
    'add-sold-hold': async (found) => {
      const hold = holdOf(must(found.reservation), 'SOLD', now);
      await inTransaction(async (session) => {
        await takeUnits(stores, hold, session);
        await holds.insertOne(hold, { session });
      });
      return true;
    },
    ...createReturnRepairs(reservations),
  };
};
