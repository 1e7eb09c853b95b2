import type { RefreshToken, Session } from '../domain/session';
import type { PublicSigningKey, StoredSigningKey } from '../domain/signing-key';
import type { Role, User } from '../domain/user';

/** A user together with the hash of its password. */
export interface UserWithPassword {
  readonly user: User;
  readonly passwordHash: string;
}

/** The result of a role change. */
export type RoleChange =
  | { readonly outcome: 'done'; readonly user: User }
  | { readonly outcome: 'not-found' | 'last-admin' };

/** Replaces the password that was verified. */
export interface PasswordChange {
  readonly userId: string;
  readonly oldHash: string;
  readonly newHash: string;
  /** The session that stays open. */
  readonly keptSessionId: string | undefined;
  readonly now: Date;
}

export interface UserRepository {
  /** Stores nothing and returns false when the e-mail address is taken. */
  readonly insert: (entry: UserWithPassword) => Promise<boolean>;
  readonly findById: (userId: string) => Promise<User | undefined>;
  readonly findByEmail: (email: string) => Promise<UserWithPassword | undefined>;
  readonly findPasswordHash: (userId: string) => Promise<string | undefined>;
  readonly hasAdmin: () => Promise<boolean>;
  /**
   * Changes a role and ends the user's sessions atomically. Demotions are serialized, so at least
   * one administrator is always left. Setting the current role changes nothing and ends no session.
   */
  readonly changeRole: (userId: string, role: Role, now: Date) => Promise<RoleChange>;
  /**
   * Replaces the password and ends the user's sessions except one, atomically. Changes nothing and
   * returns false when the password is no longer the one that was verified.
   */
  readonly changePassword: (change: PasswordChange) => Promise<boolean>;
}

export interface EndedSession {
  readonly sessionId: string;
  readonly endedAt: Date;
}

export interface SessionRepository {
  readonly open: (session: Session, token: RefreshToken) => Promise<void>;
  readonly findByToken: (
    tokenHash: string,
  ) => Promise<{ readonly token: RefreshToken; readonly session: Session | undefined } | undefined>;
  readonly addToken: (token: RefreshToken) => Promise<void>;
  /** False when the token is already retired; exactly one caller gets true. */
  readonly retireToken: (tokenHash: string, now: Date) => Promise<boolean>;
  /** Extends the session to at least `expiresAt`; false if it has ended. */
  readonly extend: (sessionId: string, expiresAt: Date) => Promise<boolean>;
  /** True for an existing session that has not ended. */
  readonly isOpen: (sessionId: string) => Promise<boolean>;
  /** Sessions that ended at or after `since`, ordered by end time, starting after the cursor. */
  readonly listEnded: (query: {
    readonly since: Date;
    readonly after: EndedSession | undefined;
    readonly limit: number;
  }) => Promise<readonly EndedSession[]>;
  /** Ends a session; does nothing if it has ended or is unknown. */
  readonly end: (sessionId: string, now: Date) => Promise<void>;
}

export interface SigningKeyRepository {
  /** The newest keys (at most KEYS_MAX), newest first. */
  readonly list: () => Promise<readonly StoredSigningKey[]>;
  /** Stores a key; false when this generation is already stored. */
  readonly insertIfAbsent: (key: StoredSigningKey) => Promise<boolean>;
  /** Removes keys permanently; missing ones are ignored. */
  readonly remove: (generations: readonly number[]) => Promise<void>;
}

/** The subject of an access token. */
export type TokenSubject =
  | {
      readonly kind: 'user';
      readonly userId: string;
      readonly role: Role;
      readonly sessionId: string;
    }
  | { readonly kind: 'service'; readonly clientId: string };

/** Signs access tokens with one key. */
export type TokenSigner = (
  subject: TokenSubject,
  life: { readonly issuedAt: Date; readonly ttlSeconds: number },
) => string;

export interface KeyVault {
  /** Generates a key pair with an encrypted private key. */
  readonly generate: () => Promise<PublicSigningKey & { readonly encryptedPrivateKey: string }>;
  /** @throws ConfigError when the key was encrypted with another secret */
  readonly open: (key: StoredSigningKey) => Promise<TokenSigner>;
}

/** Limits on waiting for password work. */
export interface WorkLimits {
  readonly deadline: Date;
  /** Aborted when the caller is gone. */
  readonly signal: AbortSignal;
}

/** Password operations available inside `inTurn`. */
export interface PasswordTools {
  readonly hash: (password: string) => Promise<string>;
  /**
   * Compares a password with a hash. Without a hash it does the same work and returns false, so
   * that timing does not reveal whether a user exists.
   */
  readonly verify: (password: string, passwordHash: string | undefined) => Promise<boolean>;
}

/** Limits concurrent password work, because each hash takes a core and 19 MiB of memory. */
export interface PasswordHasher {
  /**
   * Queues the work and runs it when a slot is free. Store access that the work needs belongs
   * inside, so that load queues here and not at the store.
   *
   * @throws DomainError AUTH_BUSY when the queue is full; DEADLINE_EXCEEDED or CANCELLED when the
   *   caller no longer waits
   */
  readonly inTurn: <Result>(
    limits: WorkLimits,
    work: (tools: PasswordTools) => Promise<Result>,
  ) => Promise<Result>;
}

export interface RefreshTokenSource {
  /** Creates an unguessable token. */
  readonly create: () => string;
  /** The hash that is stored instead of the token. */
  readonly hash: (token: string) => string;
}

export interface ServiceClientDirectory {
  /**
   * True when the client is known and this is its secret. Takes the same time whatever the result.
   */
  readonly isAuthentic: (clientId: string, secret: string) => boolean;
}
