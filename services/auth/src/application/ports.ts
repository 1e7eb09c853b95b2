import type { RefreshToken, Session } from '../domain/session';
import type { PublicSigningKey, StoredSigningKey } from '../domain/signing-key';
import type { Role, User } from '../domain/user';

/** A user together with the hash of its password. */
export interface UserWithPassword {
  readonly user: User;
  readonly passwordHash: string;
}

/** The result of a change of role that may be refused. */
export type RoleChange =
  | { readonly outcome: 'done'; readonly user: User }
  | { readonly outcome: 'not-found' | 'last-admin' };

/** A new password in place of the one that was checked. */
export interface PasswordChange {
  readonly userId: string;
  readonly oldHash: string;
  readonly newHash: string;
  /** The session that lives on. */
  readonly keptSessionId: string | undefined;
  readonly now: Date;
}

export interface UserRepository {
  /** False, and nothing stored, when the e-mail address is taken. */
  readonly insert: (entry: UserWithPassword) => Promise<boolean>;
  readonly findById: (userId: string) => Promise<User | undefined>;
  readonly findByEmail: (email: string) => Promise<UserWithPassword | undefined>;
  readonly findPasswordHash: (userId: string) => Promise<string | undefined>;
  readonly hasAdmin: () => Promise<boolean>;
  /**
   * Changes a role and ends the user's sessions, both or neither. Demotions run one after the other, so at
   * least one administrator is left whoever demotes whom at once. The role that is there already is no change
   * and ends no session.
   */
  readonly changeRole: (userId: string, role: Role, now: Date) => Promise<RoleChange>;
  /**
   * Replaces the password and ends the user's sessions but one, all or nothing. False, and nothing changed, when the
   * password is no longer the one that was checked.
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
  /** False when it was retired before; exactly one caller gets true. */
  readonly retireToken: (tokenHash: string, now: Date) => Promise<boolean>;
  /** Lets the session last until `expiresAt` at least; false when it has ended. */
  readonly extend: (sessionId: string, expiresAt: Date) => Promise<boolean>;
  /** True for a session that is known and has not ended. */
  readonly isOpen: (sessionId: string) => Promise<boolean>;
  /** Sessions that were ended at `since` or later, in the order of their end, from after the cursor on. */
  readonly listEnded: (query: {
    readonly since: Date;
    readonly after: EndedSession | undefined;
    readonly limit: number;
  }) => Promise<readonly EndedSession[]>;
  /** Ends a session; one that has ended or is unknown is left alone. */
  readonly end: (sessionId: string, now: Date) => Promise<void>;
}

export interface SigningKeyRepository {
  /** The newest keys (at most KEYS_MAX), newest first. */
  readonly list: () => Promise<readonly StoredSigningKey[]>;
  /** Stores a key; false when another instance has stored this generation already. */
  readonly insertIfAbsent: (key: StoredSigningKey) => Promise<boolean>;
  /** Removes keys for good; those that are gone already are left alone. */
  readonly remove: (generations: readonly number[]) => Promise<void>;
}

/** Who a token speaks for. */
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
  /** Makes a key pair whose private half is encrypted. */
  readonly generate: () => Promise<PublicSigningKey & { readonly encryptedPrivateKey: string }>;
  /** @throws ConfigError when the key was encrypted with another secret */
  readonly open: (key: StoredSigningKey) => Promise<TokenSigner>;
}

/** For how long, and for whom, work on a password is worth doing. */
export interface WorkLimits {
  readonly deadline: Date;
  /** Aborted when the caller has gone. */
  readonly signal: AbortSignal;
}

/** What can be done with a password while one has a turn. */
export interface PasswordTools {
  readonly hash: (password: string) => Promise<string>;
  /**
   * Compares a password with a hash. Without a hash it does the same work and answers false, so that time does
   * not tell whether a user exists.
   */
  readonly verify: (password: string, passwordHash: string | undefined) => Promise<boolean>;
}

/** Lets a few callers at a time work on passwords, because that takes a core and much memory. */
export interface PasswordHasher {
  /**
   * Does the work when its turn comes. Whatever the work needs from the store belongs inside, so that a crowd
   * waits here and not at the store.
   *
   * @throws DomainError AUTH_BUSY when too many wait, DEADLINE_EXCEEDED or CANCELLED when nobody waits any more
   */
  readonly inTurn: <Result>(
    limits: WorkLimits,
    work: (tools: PasswordTools) => Promise<Result>,
  ) => Promise<Result>;
}

export interface RefreshTokenSource {
  /** A new token that cannot be guessed. */
  readonly create: () => string;
  /** What is stored in its place. */
  readonly hash: (token: string) => string;
}

export interface ServiceClientDirectory {
  /** True when the client is known and this is its secret. Takes the same time for every answer. */
  readonly isAuthentic: (clientId: string, secret: string) => boolean;
}
