import type { ClientSession, Collection } from 'mongodb';
import type { Repair } from './decide';
import type { StoredHold, StoredProduct, StoredReservation } from './documents';

/** The documents of one repair: a hold, a reservation, or both. */
export interface Case {
  readonly id: string;
  readonly hold: StoredHold | undefined;
  readonly reservation: StoredReservation | undefined;
}

/** The product lacks the units that a confirmed reservation needs. */
export class NotEnoughUnits extends Error {
  override readonly name = 'NotEnoughUnits';
}

interface Stores {
  readonly holds: Collection<StoredHold>;
  readonly products: Collection<StoredProduct>;
  readonly reservations: Collection<StoredReservation>;
  /** Runs the work in a transaction on catalog's database. */
  readonly inTransaction: (work: (session: ClientSession) => Promise<void>) => Promise<void>;
  readonly now: Date;
}

const must = <Value>(value: Value | undefined): Value => {
  if (value === undefined) throw new TypeError('A repair was chosen for a missing document.');
  return value;
};

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
});

const takeUnits = async (
  { products, now }: Stores,
  hold: StoredHold,
  session: ClientSession,
): Promise<void> => {
  for (const { productId, quantity } of hold.lines) {
    const { matchedCount } = await products.updateOne(
      { _id: productId, available: { $gte: quantity } },
      { $inc: { available: -quantity, sold: quantity }, $set: { updatedAt: now } },
      { session },
    );
    if (matchedCount === 0) {
      throw new NotEnoughUnits(
        `${quantity} of product ${productId} were sold and are no longer available`,
      );
    }
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
    change: { readonly status: 'CONFIRMED' | 'EXPIRED'; readonly at: Date },
  ): Promise<boolean> => {
    const time = change.status === 'CONFIRMED' ? 'confirmedAt' : 'expiredAt';
    const { modifiedCount } = await reservations.updateOne(
      { _id: id, status: 'PENDING' },
      { $set: { status: change.status, [time]: change.at } },
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
    'confirm-reservation': (found) =>
      end(found, { status: 'CONFIRMED', at: must(found.hold).settledAt ?? now }),
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
  };
};
