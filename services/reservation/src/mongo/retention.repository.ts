import { limitStoreCalls } from '@flashreserve/store';
import type { RetentionStore } from '../application/ports';
import type { ReservationModel } from './reservation.model';

export const createRetentionRepository = (model: ReservationModel): RetentionStore =>
  limitStoreCalls({
    deleteTombstones: async ({ before, limit }) => {
      const filter = { tombstone: true, createdAt: { $lt: before } } as const;
      const found = await model
        .find(filter, { _id: 1 })
        .sort({ createdAt: 1 })
        .limit(limit)
        .lean()
        .exec();
      if (found.length === 0) return 0;
      await model.deleteMany({ _id: { $in: found.map(({ _id }) => _id) }, ...filter }).exec();
      return found.length;
    },

    findEnded: async ({ before, limit }) => {
      const found = await model
        .find(
          {
            createdAt: { $lt: before },
            status: { $in: ['CONFIRMED', 'CANCELLED', 'EXPIRED'] },
          },
          { status: 1 },
        )
        .sort({ createdAt: 1 })
        .limit(limit)
        .lean()
        .exec();
      return found.map(({ _id: reservationId, status }) => ({ reservationId, status }));
    },

    deleteEnded: async (reservationIds) => {
      if (reservationIds.length === 0) return;
      await model.deleteMany({ _id: { $in: reservationIds }, status: { $ne: 'PENDING' } }).exec();
    },
  });
