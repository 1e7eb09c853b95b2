import { driverCollection, limitStoreCalls, repeatOnOutage } from '@flashreserve/store';
import type { QueryFilter } from 'mongoose';
import { ANY_CUSTOMER, type ListCursor, type ReservationRepository } from '../application/ports';
import { type Reservation, type ReservationStatus, TOMBSTONE } from '../domain/reservation';
import { createExtender } from './extend-pending';
import { insertMissing } from './insert-missing';
import { createPendingReturns } from './pending-returns';
import {
  type ReservationDocument,
  type ReservationModel,
  toReservation,
} from './reservation.model';
import { createResolver } from './resolve-pending';

const toDocument = ({ reservationId, ...fields }: Reservation): ReservationDocument => ({
  _id: reservationId,
  ...fields,
});

const NOT_TOMBSTONE: QueryFilter<ReservationDocument> = { tombstone: { $exists: false } };

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
 * Every change is a conditional update of a single document, so only one of several concurrent
 * callers can make it.
 */
export const createReservationRepository = (
  model: ReservationModel,
  options: { readonly hasGrace: boolean },
): ReservationRepository => {
  const driven = driverCollection(model);
  return limitStoreCalls({
    insert: async (reservations) => {
      const taken = await insertMissing(driven, reservations.map(toDocument));
      return reservations.map((_reservation, index) => (taken.has(index) ? 'exists' : 'inserted'));
    },

    find: async (reservationId) => {
      const document = await model.findOne({ _id: reservationId }).lean().exec();
      if (document === null) return undefined;
      return document.tombstone ? TOMBSTONE : toReservation(document);
    },

    findOwned: async ({ reservationId, customerId }) => {
      const owner = customerId === ANY_CUSTOMER ? NOT_TOMBSTONE : { customerId };
      const document = await model
        .findOne({ _id: reservationId, ...owner })
        .lean()
        .exec();
      return document === null ? undefined : toReservation(document);
    },

    resolve: createResolver(model, options),

    extend: createExtender(model),

    ...createPendingReturns(model),

    list: async ({ customerId, externalReference, now, status, after, limit }) => {
      const documents = await model
        .find({
          ...(customerId !== ANY_CUSTOMER && { customerId }),
          ...(externalReference !== undefined && { externalReference }),
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
      await insertMissing(driven, tombstones);
    },
  });
};
