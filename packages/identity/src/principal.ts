/** The caller. */
export type Principal =
  | { readonly kind: 'anonymous' }
  | {
      readonly kind: 'user';
      readonly userId: string;
      readonly role: 'CUSTOMER' | 'ADMIN';
      readonly token: string;
      /** The session that the token was issued for, if it names one. */
      readonly sessionId?: string;
      /** When the token expires; a call still running then is ended. */
      readonly expiresAt?: Date;
    }
  | {
      readonly kind: 'service';
      readonly clientId: string;
      readonly token: string;
      readonly expiresAt?: Date;
    };

export const ANONYMOUS: Principal = { kind: 'anonymous' };
