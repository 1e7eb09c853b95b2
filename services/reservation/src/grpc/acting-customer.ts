import type { Principal } from '@flashreserve/identity';
import { permissionDenied, unauthenticated } from '@flashreserve/rpc';

/**
 * Returns the customer that a call acts for: a user itself, or the customer that a service names.
 *
 * @throws DomainError PERMISSION_DENIED if a user names another customer or a service names none;
 *   TOKEN_MISSING without a token
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
