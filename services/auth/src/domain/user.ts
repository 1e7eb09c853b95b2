/** What a user may do: a customer reserves for itself, an administrator also manages products and roles. */
export type Role = 'CUSTOMER' | 'ADMIN';

/** A person who can log in. Carries no credential, so it may be shown to whoever may read the user. */
export interface User {
  readonly userId: string;
  /** Normalised; unique. */
  readonly email: string;
  /** Empty when none was given. */
  readonly name: string;
  readonly role: Role;
  readonly createdAt: Date;
  /** Grows with every change of the password; a session of an older one is over. */
  readonly passwordVersion: number;
}

export const USER_LIMITS = {
  nameLengthMax: 100,
  passwordLengthMin: 8,
  /** Longer ones are refused before they are hashed, so that nobody can make hashing slow. */
  passwordLengthMax: 128,
} as const;
