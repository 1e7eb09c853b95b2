import type { Connection } from 'mongoose';
import { createReservationModel } from './reservation.model';

/** All collections of reservation's database. */
export const createModels = (connection: Connection) => ({
  reservations: createReservationModel(connection),
});

export type ReservationModels = ReturnType<typeof createModels>;
