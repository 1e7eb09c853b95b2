import type { Scope } from '@flashreserve/contracts';

/** A guest is a customer that has not registered. */
export type UserRole = 'CUSTOMER' | 'ADMIN' | 'GUEST';

/** The caller. */
export type Principal =
  | { readonly kind: 'anonymous' }
  | {
      readonly kind: 'user';
      /** A UUID or, for a user of an outside issuer, `alias|subject`. */
      readonly userId: string;
      readonly role: UserRole;
      readonly token: string;
      /** The session that the token was issued for, if it names one. */
      readonly sessionId?: string;
      /** Alias of the outside issuer that the user belongs to; undefined for our own users. */
      readonly issuer?: string;
      /** When the token expires; a call still running then is ended. */
      readonly expiresAt?: Date;
    }
  | {
      /** An API client: a backend of a shop, which acts for customers within its scopes. */
      readonly kind: 'client';
      readonly clientId: string;
      /** Display name. */
      readonly name: string;
      /** What the token allows; never empty, and only scopes that this version knows. */
      readonly scopes: ReadonlySet<Scope>;
      readonly token: string;
      /** The secret that the token was issued for. */
      readonly sessionId: string;
      readonly expiresAt: Date;
    }
  | {
      /** A component of FlashReserve, or an internal service of the operator. */
      readonly kind: 'service';
      readonly clientId: string;
      readonly token: string;
      readonly expiresAt?: Date;
    };

export const ANONYMOUS: Principal = { kind: 'anonymous' };
