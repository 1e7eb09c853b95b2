import { adminRequired, permissionDenied, serviceRequired, unauthenticated } from '../errors';

/** Who is calling. */
export type Principal =
  | { readonly kind: 'anonymous' }
  | {
      readonly kind: 'user';
      readonly userId: string;
      readonly role: 'CUSTOMER' | 'ADMIN';
      readonly token: string;
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
 * Who may call a method: `open` (anyone, because it carries a credential of its own or answers with public
 * data), `authenticated` (any user or service), `admin`, `service`, or `admin-or-service`.
 */
export type AccessRule = 'open' | 'authenticated' | 'admin' | 'service' | 'admin-or-service';

/**
 * @throws DomainError TOKEN_MISSING, ADMIN_REQUIRED or SERVICE_REQUIRED when the rule does not let the caller in
 */
export const checkAccess = (rule: AccessRule, principal: Principal): void => {
  if (rule === 'open') return;
  if (principal.kind === 'anonymous') throw unauthenticated('TOKEN_MISSING');
  if (rule === 'authenticated') return;
  const isAdmin = principal.kind === 'user' && principal.role === 'ADMIN';
  const isService = principal.kind === 'service';
  if (rule === 'service' && !isService) throw serviceRequired();
  if (rule === 'admin' && !isAdmin) throw adminRequired();
  if (rule === 'admin-or-service' && !isAdmin && !isService) throw adminRequired();
};

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
