import { invalidRequest } from '@flashreserve/rpc';
import type { ClientPrincipal, UserPrincipal } from './route';

/**
 * The customer that a request acts for: the user itself, or the one that an API client names.
 *
 * @param field JSON pointer of `customerId` in the request
 * @throws DomainError INVALID_REQUEST if a user names a customer, or an API client names none
 */
export const actingCustomer = (
  principal: UserPrincipal | ClientPrincipal,
  customerId: string | undefined,
  field: string,
): string => {
  if (principal.kind === 'user') {
    if (customerId === undefined) return principal.userId;
    throw invalidRequest([{ field, description: 'may be given by API clients only' }]);
  }
  if (customerId !== undefined) return customerId;
  throw invalidRequest([{ field, description: 'is required for API clients' }]);
};
