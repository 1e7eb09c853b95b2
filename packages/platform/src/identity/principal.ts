import { permissionDenied, unauthenticated } from '../errors';

/** Who is calling. */
export type Principal =
  | { readonly kind: 'anonymous' }
  | {
      readonly kind: 'user';
      readonly userId: string;
      readonly role: 'CUSTOMER' | 'ADMIN';
      readonly token: string;
      /** The session that the token was issued for; missing in tokens of older versions. */
      readonly sessionId?: string;
      /** When the token expires; a call that outlives it ends then. */
      readonly expiresAt?: Date;
    }
  | {
      readonly kind: 'service';
      readonly clientId: string;
      readonly token: string;
      readonly expiresAt?: Date;
    };

export const ANONYMOUS: Principal = { kind: 'anonymous' };

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
