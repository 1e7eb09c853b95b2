import { limitStoreCalls } from '@flashreserve/store';
import type { RetentionStore } from '../application/ports';
import type { ReservationModel } from './reservation.model';

export const createRetentionRepository = (model: ReservationModel): RetentionStore =>
  limitStoreCalls({
    count: () => model.estimatedDocumentCount().exec(),

    readAges: async ({ after, limit }) => {
      const found = await model
        .find({ _id: { $gt: after } }, { status: 1, createdAt: 1, tombstone: 1, returnsPending: 1 })
        .sort({ _id: 1 })
        .limit(limit)
        .lean()
        .exec();
      return found.map(({ _id: reservationId, status, createdAt, ...marks }) => ({
        reservationId,
        status,
        createdAt,
        isTombstone: marks.tombstone === true,
        hasReturnsPending: marks.returnsPending === true,
      }));
    },

    deleteEnded: async (reservationIds) => {
      if (reservationIds.length === 0) return;
      // A return may have been made since the reservation was read.
      await model
        .deleteMany({
          _id: { $in: reservationIds },
          status: { $ne: 'PENDING' },
          returnsPending: { $exists: false },
        })
        .exec();
    },
  });
