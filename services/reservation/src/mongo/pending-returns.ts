import { ANY_CUSTOMER, type ReservationRepository } from '../application/ports';
import { type ReservationModel, toReservation } from './reservation.model';

type PendingReturns = Pick<
  ReservationRepository,
  'addReturn' | 'clearReturnsPending' | 'findReturnsPending'
>;

/** The driver repeats commands after an outage; a repeated update matches nothing. */
export const createPendingReturns = (model: ReservationModel): PendingReturns => ({
  addReturn: async ({ reservationId, customerId, before, made, isLast }) => {
    const document = await model
      .findOneAndUpdate(
        {
          _id: reservationId,
          ...(customerId !== ANY_CUSTOMER && { customerId }),
          status: 'CONFIRMED',
          returns: before === 0 ? { $exists: false } : { $size: before },
        },
        {
          $push: { returns: made },
          $set: {
            returnsPending: true,
            ...(isLast && { status: 'RETURNED', returnedAt: made.createdAt }),
          },
        },
        { returnDocument: 'after' },
      )
      .lean()
      .exec();
    return document === null ? undefined : toReservation(document);
  },

  clearReturnsPending: async (reservationId, returns) => {
    await model
      .updateOne(
        { _id: reservationId, returns: { $size: returns } },
        { $unset: { returnsPending: 1 } },
      )
      .exec();
  },

  findReturnsPending: async ({ after, limit }) => {
    const documents = await model
      .find({ returnsPending: true, _id: { $gt: after } })
      .sort({ _id: 1 })
      // Without it, the local store might read all reservations in the order of their ids.
      .hint('returns-pending')
      .limit(limit)
      .lean()
      .exec();
    return documents.map(toReservation);
  },
});
