/** A customer makes its own reservations; an administrator also manages products and roles. */
export type Role = 'CUSTOMER' | 'ADMIN';

/**
 * A person who can log in. Contains no credentials, so it may be returned to callers that may read
 * it.
 */
export interface User {
  readonly userId: string;
  /** Normalised; unique. */
  readonly email: string;
  /** Empty when none was given. */
  readonly name: string;
  readonly role: Role;
  readonly createdAt: Date;
  /** Incremented by every password change; sessions of an older version are invalid. */
  readonly passwordVersion: number;
}

export const USER_LIMITS = {
  nameLengthMax: 100,
  passwordLengthMin: 8,
  /** Longer passwords are rejected before hashing, so that a client cannot make hashing slow. */
  passwordLengthMax: 128,
} as const;
