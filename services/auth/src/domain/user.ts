/**
 * A customer makes its own reservations; an administrator also manages products, roles and API
 * clients. A guest is a customer that cannot log in: it has neither an e-mail address nor a
 * password.
 */
export type Role = 'CUSTOMER' | 'ADMIN' | 'GUEST';

/** A person. Contains no credentials, so it may be returned to callers that may read it. */
export interface User {
  readonly userId: string;
  /** Normalised; unique. Empty for a guest. */
  readonly email: string;
  /** Empty when none was given. */
  readonly name: string;
  readonly role: Role;
  readonly createdAt: Date;
  /** Incremented by every password change; sessions of an older version are invalid. */
  readonly passwordVersion: number;
  /** Set while an administrator keeps the user from logging in. */
  readonly disabledAt?: Date;
}

/** What is shown of a user. Of a user of an outside issuer nothing else is known. */
export type UserProfile = Pick<User, 'userId' | 'email' | 'name' | 'role'> &
  Partial<Pick<User, 'createdAt' | 'disabledAt'>>;

export const USER_LIMITS = {
  nameLengthMax: 100,
  passwordLengthMin: 8,
  /** Longer passwords are rejected before hashing, so that a client cannot make hashing slow. */
  passwordLengthMax: 128,
} as const;
