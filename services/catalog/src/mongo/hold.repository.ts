import { limitStoreCalls } from '@flashreserve/store';
import type { HoldRepository } from '../application/ports';
import { toHold } from './hold.model';
import type { CatalogModels } from './models';

export const createHoldRepository = ({ holds }: Pick<CatalogModels, 'holds'>): HoldRepository =>
  limitStoreCalls({
    listOverdue: async ({ dueAt, after, limit }) => {
      const records = await holds
        .find({
          state: 'HELD',
          expireTime:
            after === undefined ? { $lte: dueAt } : { $gte: after.overdueAt, $lte: dueAt },
          ...(after === undefined
            ? {}
            : {
                $or: [
                  { expireTime: { $gt: after.overdueAt } },
                  { expireTime: after.overdueAt, _id: { $gt: after.reservationId } },
                ],
              }),
        })
        .sort({ expireTime: 1, _id: 1 })
        // Without it, the local store might read all holds.
        .hint('held')
        .limit(limit)
        .lean()
        .exec();
      return records.map(toHold);
    },

    postpone: async (reservationId, overdueAt) => {
      await holds
        .updateOne(
          {
            _id: reservationId,
            state: 'HELD',
            // Without it, `expireTime` is also when the reservation expires.
            reservationExpireTime: { $exists: true },
            expireTime: { $lt: overdueAt },
          },
          { $set: { expireTime: overdueAt } },
        )
        .exec();
    },
  });
