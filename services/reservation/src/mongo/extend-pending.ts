import { ANY_CUSTOMER, type ReservationRepository } from '../application/ports';
import { type ReservationModel, toReservation } from './reservation.model';

/** More than a payment needs; it bounds the document. */
const EXTENSIONS_KEPT = 20;

/** The driver repeats the command after an outage; the repeat matches nothing. */
export const createExtender =
  (model: ReservationModel): ReservationRepository['extend'] =>
  async ({ reservationId, customerId, from, to, extensionId }) => {
    const owner = customerId === ANY_CUSTOMER ? {} : { customerId };
    const document = await model
      .findOneAndUpdate(
        { _id: reservationId, ...owner, status: 'PENDING', expiresAt: from },
        {
          $set: { expiresAt: to },
          $push: { extensionIds: { $each: [extensionId], $slice: -EXTENSIONS_KEPT } },
        },
        { returnDocument: 'after' },
      )
      .lean()
      .exec();
    return document === null ? undefined : toReservation(document);
  };
