import type { ComponentId } from '@flashreserve/contracts';
import type { ReservationServiceServer } from '@flashreserve/contracts/reservation';
import type { AccessPolicy } from '@flashreserve/identity';

/**
 * Who may call each RPC. The handler decides whose reservations: a user's own, or those of the
 * customer that a service names.
 */
export const ACCESS_POLICY: AccessPolicy<ReservationServiceServer, ComponentId> = {
  reserve: { users: 'any', services: 'any' },
  batchReserve: { services: ['gateway'] },
  confirmReservation: { users: 'any', services: 'any' },
  cancelReservation: { users: 'any', services: 'any' },
  getReservation: { users: 'any', services: 'any' },
  listReservations: { users: 'any', services: 'any' },
  expireReservations: { services: ['expiry-worker'] },
};
