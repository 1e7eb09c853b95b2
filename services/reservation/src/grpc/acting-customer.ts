import type { Principal } from '@flashreserve/identity';
import { permissionDenied, unauthenticated } from '@flashreserve/rpc';

/**
 * The customer that a call is about: a user always acts for itself, a service for the customer it names.
 *
 * @throws DomainError PERMISSION_DENIED when a user names somebody else or a service names nobody
 */
export const actingCustomer = (principal: Principal, customerId: string): string => {
  if (principal.kind === 'anonymous') throw unauthenticated('TOKEN_MISSING');
  if (principal.kind === 'service') {
    if (customerId === '') throw permissionDenied('A service must name the customer it acts for.');
    return customerId;
  }
  if (customerId !== '' && customerId !== principal.userId) {
    throw permissionDenied('A user can only act for itself.');
  }
  return principal.userId;
};
