import type { Principal } from '@flashreserve/identity';
import { permissionDenied, unauthenticated } from '@flashreserve/rpc';

/**
 * Returns the customer that a call acts for: a user itself, or the customer that a service or an
 * API client names.
 *
 * @throws DomainError PERMISSION_DENIED if a user names another customer, or a service or an API
 *   client names none; TOKEN_MISSING without a token
 */
export const actingCustomer = (principal: Principal, customerId: string): string => {
  if (principal.kind === 'anonymous') throw unauthenticated('TOKEN_MISSING');
  if (principal.kind !== 'user') {
    if (customerId === '') {
      const caller = principal.kind === 'service' ? 'A service' : 'An API client';
      throw permissionDenied(`${caller} must name the customer it acts for.`);
    }
    return customerId;
  }
  if (customerId !== '' && customerId !== principal.userId) {
    throw permissionDenied('A user can only act for itself.');
  }
  return principal.userId;
};
