import type { ReservationServiceServer } from '@flashreserve/contracts/reservation';
import type { AccessPolicy } from '@flashreserve/platform/grpc';

/** Whose reservation it may be is decided in the handler: a user's own, or the one a service names. */
export const ACCESS_POLICY: AccessPolicy<ReservationServiceServer> = {
  reserve: 'authenticated',
  batchReserve: 'service',
  confirmReservation: 'authenticated',
  cancelReservation: 'authenticated',
  getReservation: 'authenticated',
  listReservations: 'authenticated',
  expireReservations: 'service',
};
