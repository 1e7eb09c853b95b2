import { invariant } from '@flashreserve/platform/errors';
import { isDuplicateKey } from '@flashreserve/platform/mongo';
import { mongo, type QueryFilter } from 'mongoose';
import type { ListCursor, ReservationRepository } from '../application/ports';
import { type Reservation, TOMBSTONE } from '../domain/reservation';
import type { ReservationDocument, ReservationModel } from './reservation.model';

const DUPLICATE_KEY = 11_000;

/** Which field says when a reservation came into its final state. */
const TIME_FIELD = { CONFIRMED: 'confirmedAt', CANCELLED: 'cancelledAt' } as const;

const toDocument = ({ id, ...fields }: Reservation): ReservationDocument => ({
  _id: id,
  ...fields,
});

const toReservation = (document: ReservationDocument): Reservation => {
  const { _id: id, customerId, lines, tombstone, ...fields } = document;
  invariant(
    tombstone === undefined && customerId !== undefined && lines !== undefined,
    `Document ${id} is not a reservation.`,
  );
  return { id, customerId, lines, ...fields };
};

const olderThan = ({ createdAt, id }: ListCursor): QueryFilter<ReservationDocument> => ({
  $or: [{ createdAt: { $lt: createdAt } }, { createdAt, _id: { $lt: id } }],
});

/** True when nothing but duplicate ids kept an unordered insert from writing every document. */
const onlyDuplicates = (error: unknown): boolean =>
  isDuplicateKey(error) &&
  (!(error instanceof mongo.MongoBulkWriteError) ||
    [error.writeErrors].flat().every(({ code }) => code === DUPLICATE_KEY));

/** Every change is one conditional update of one document, so concurrent callers cannot both make it. */
export const createMongoReservationRepository = (
  model: ReservationModel,
): ReservationRepository => ({
  insert: async (reservation) => {
    try {
      await model.insertMany([toDocument(reservation)]);
      return 'inserted';
    } catch (error) {
      if (isDuplicateKey(error)) return 'exists';
      throw error;
    }
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

  resolve: async ({ reservationId, customerId, to, now }) => {
    const document = await model
      .findOneAndUpdate(
        { _id: reservationId, customerId, status: 'PENDING', expiresAt: { $gt: now } },
        { $set: { status: to, [TIME_FIELD[to]]: now } },
        { returnDocument: 'after' },
      )
      .lean()
      .exec();
    return document === null ? undefined : toReservation(document);
  },

  list: async ({ customerId, status, after, limit }) => {
    const documents = await model
      .find({ customerId, ...(status && { status }), ...(after && olderThan(after)) })
      .sort({ createdAt: -1, _id: -1 })
      .limit(limit)
      .lean()
      .exec();
    return documents.map(toReservation);
  },

  expireDue: async (reservationIds, now) => {
    await model
      .updateMany(
        { _id: { $in: reservationIds }, status: 'PENDING', expiresAt: { $lte: now } },
        { $set: { status: 'EXPIRED', expiredAt: now } },
      )
      .exec();
  },

  findFates: async (reservationIds) => {
    const documents = await model
      .find({ _id: { $in: reservationIds } }, { status: 1, expiresAt: 1 })
      .lean()
      .exec();
    return documents.map(({ _id: id, status, expiresAt }) => ({ id, status, expiresAt }));
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
    try {
      await model.insertMany(tombstones, { ordered: false });
    } catch (error) {
      if (!onlyDuplicates(error)) throw error;
    }
  },
});
