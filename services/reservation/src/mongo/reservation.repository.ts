import { invariant } from '@flashreserve/ops';
import { limitStoreCalls, repeatOnOutage } from '@flashreserve/store';
import type { QueryFilter } from 'mongoose';
import type { ListCursor, ReservationRepository } from '../application/ports';
import { type Reservation, type ReservationStatus, TOMBSTONE } from '../domain/reservation';
import { insertMissing } from './insert-missing';
import type { ReservationDocument, ReservationModel } from './reservation.model';

/** The field with the time of each final state. */
const TIME_FIELD = { CONFIRMED: 'confirmedAt', CANCELLED: 'cancelledAt' } as const;

const toDocument = ({ reservationId, ...fields }: Reservation): ReservationDocument => ({
  _id: reservationId,
  ...fields,
});

const toReservation = (document: ReservationDocument): Reservation => {
  const { _id: reservationId, customerId, lines, tombstone, ...fields } = document;
  invariant(
    tombstone === undefined && customerId !== undefined && lines !== undefined,
    `Document ${reservationId} is not a reservation.`,
  );
  return { reservationId, customerId, lines, ...fields };
};

const olderThan = ({ createdAt, reservationId }: ListCursor): QueryFilter<ReservationDocument> => ({
  // Follows from the alternatives; gives the planner one bound on the index.
  createdAt: { $lte: createdAt },
  $or: [{ createdAt: { $lt: createdAt } }, { createdAt, _id: { $lt: reservationId } }],
});

/** Filter by effective status: a reservation that is pending and due counts as expired. */
const inStatus = (status: ReservationStatus, now: Date): QueryFilter<ReservationDocument> => {
  if (status === 'PENDING') return { status, expiresAt: { $gt: now } };
  if (status !== 'EXPIRED') return { status };
  // In "$and", because the cursor filter has its own "$or".
  return { $and: [{ $or: [{ status }, { status: 'PENDING', expiresAt: { $lte: now } }] }] };
};

/**
 * Resolves many reservations with one command of conditional updates, then one read that tells
 * which succeeded. The write comes first, so a lost reply leaves nothing undone.
 */
const createResolver =
  (model: ReservationModel): ReservationRepository['resolve'] =>
  async (resolutions, now) => {
    // A retry no longer matches reservations that the first attempt resolved; the read finds them
    // resolved at `now`.
    await repeatOnOutage(() =>
      model.bulkWrite(
        resolutions.map(({ reservationId, customerId, to }) => ({
          updateOne: {
            filter: { _id: reservationId, customerId, status: 'PENDING', expiresAt: { $gt: now } },
            update: { $set: { status: to, [TIME_FIELD[to]]: now } },
          },
        })),
        { ordered: false },
      ),
    );
    const documents = await model
      .find({ _id: { $in: resolutions.map(({ reservationId }) => reservationId) } })
      .lean()
      .exec();
    const byId = new Map(documents.map((document) => [document._id, document]));
    return resolutions.map(({ reservationId, customerId, to }) => {
      const document = byId.get(reservationId);
      // A resolution by another instance in the same millisecond counts as this call's: the effects
      // of a resolution may safely happen twice.
      return document?.customerId === customerId &&
        document.status === to &&
        document[TIME_FIELD[to]]?.getTime() === now.getTime()
        ? toReservation(document)
        : undefined;
    });
  };

/**
 * Every change is a conditional update of a single document, so only one of several concurrent
 * callers can make it.
 */
export const createReservationRepository = (model: ReservationModel): ReservationRepository =>
  limitStoreCalls({
    insert: async (reservations) => {
      const taken = await insertMissing(model, reservations.map(toDocument));
      return reservations.map((_reservation, index) => (taken.has(index) ? 'exists' : 'inserted'));
    },

    find: async (reservationId) => {
      const document = await model.findOne({ _id: reservationId }).lean().exec();
      if (document === null) return undefined;
      return document.tombstone ? TOMBSTONE : toReservation(document);
    },

    findOwned: async ({ reservationId, customerId }) => {
      const document = await model.findOne({ _id: reservationId, customerId }).lean().exec();
      return document === null ? undefined : toReservation(document);
    },

    resolve: createResolver(model),

    list: async ({ customerId, now, status, after, limit }) => {
      const documents = await model
        .find({
          customerId,
          ...(status && inStatus(status, now)),
          ...(after && olderThan(after)),
        })
        .sort({ createdAt: -1, _id: -1 })
        .limit(limit)
        .lean()
        .exec();
      return documents.map(toReservation);
    },

    findOpen: async ({ customerId, now, limit }) => {
      const documents = await model
        .find({ customerId, status: 'PENDING', expiresAt: { $gt: now } }, { expiresAt: 1 })
        .limit(limit)
        .lean()
        .exec();
      return documents.map(({ _id: reservationId, expiresAt }) => ({ reservationId, expiresAt }));
    },

    expireDue: async (reservationIds, now) => {
      // The driver does not retry updateMany. After a retry the count may be too low, never too
      // high.
      const { modifiedCount } = await repeatOnOutage(() =>
        model
          .updateMany(
            { _id: { $in: reservationIds }, status: 'PENDING', expiresAt: { $lte: now } },
            { $set: { status: 'EXPIRED', expiredAt: now } },
          )
          .exec(),
      );
      return modifiedCount;
    },

    findFates: async (reservationIds) => {
      const documents = await repeatOnOutage(() =>
        model
          .find({ _id: { $in: reservationIds } }, { status: 1, expiresAt: 1 })
          .lean()
          .exec(),
      );
      return documents.map(({ _id: reservationId, status, expiresAt }) => ({
        reservationId,
        status,
        expiresAt,
      }));
    },

    insertTombstones: async (reservationIds, now) => {
      const tombstones: ReservationDocument[] = reservationIds.map((_id) => ({
        _id,
        status: 'EXPIRED',
        expiresAt: now,
        createdAt: now,
        expiredAt: now,
        tombstone: true,
      }));
      await insertMissing(model, tombstones);
    },
  });
