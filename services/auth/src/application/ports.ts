import type { Scope } from '@flashreserve/contracts';
import type { IssuerKey, TrustedIssuer } from '@flashreserve/identity';
import type { ApiClient, ApiClientSecret } from '../domain/api-client';
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
  | { readonly outcome: 'not-found' | 'last-admin' | 'guest' };

/** Replaces the password that was verified. */
export interface PasswordChange {
  readonly userId: string;
  readonly oldHash: string;
  readonly newHash: string;
  /** The session that stays open. */
  readonly keptSessionId: string | undefined;
  readonly now: Date;
}

/** Gives a guest an e-mail address and a password. */
export interface GuestRegistration {
  readonly userId: string;
  readonly email: string;
  readonly name: string;
  readonly passwordHash: string;
  readonly now: Date;
}

/** The result of a guest's registration. */
export type GuestRegistered =
  | { readonly outcome: 'done'; readonly user: User }
  /** The address is taken, or the user is not a guest or no longer there. */
  | { readonly outcome: 'email-taken' | 'no-guest' };

export interface UserRepository {
  /** Stores nothing and returns false when the e-mail address is taken. */
  readonly insert: (entry: UserWithPassword) => Promise<boolean>;
  /** Stores a guest, which the store deletes some time after `keptUntil`. */
  readonly insertGuest: (guest: User, keptUntil: Date) => Promise<void>;
  /** Keeps a guest at least until then; ignores users that are no guests. */
  readonly keepGuest: (userId: string, until: Date) => Promise<void>;
  /**
   * Turns a guest into a customer and ends its sessions atomically. Of concurrent registrations of
   * a guest, one wins.
   */
  readonly registerGuest: (registration: GuestRegistration) => Promise<GuestRegistered>;
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
  /**
   * Sessions that ended from `since` until `until`, both included, ordered by end time, starting
   * after the cursor. Includes the secrets of API clients that ended, by their ids.
   */
  readonly listEnded: (query: {
    readonly since: Date;
    readonly until: Date;
    readonly after: EndedSession | undefined;
    readonly limit: number;
  }) => Promise<readonly EndedSession[]>;
  /** Ends a session; does nothing if it has ended or is unknown. */
  readonly end: (sessionId: string, now: Date) => Promise<void>;
}

/** The result of a change of an API client. */
export type ApiClientChange =
  | { readonly outcome: 'done'; readonly client: ApiClient }
  | { readonly outcome: 'not-found' | 'revoked' | 'too-many-secrets' };

export interface ClientCreation {
  readonly client: ApiClient;
  readonly requestId: string | undefined;
}

/** A further attempt of a creation. */
export interface RepeatedCreation {
  readonly requestId: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly newest: ApiClientSecret;
  readonly now: Date;
}

/** Adds a secret to an API client. */
export interface SecretRotation {
  readonly clientId: string;
  readonly newest: ApiClientSecret;
  readonly now: Date;
  /** When the older secrets end at the latest; at once if it is `now`. */
  readonly othersEndAt: Date;
}

/** API clients. What ends a secret also lists it as an ended session, in the same transaction. */
export interface ApiClientRepository {
  /**
   * Stores a client. `repeated`: the request id has created one. `too-many`: there are `clientsMax`
   * that are not revoked, whatever is created concurrently. Nothing is stored then.
   */
  readonly insert: (creation: ClientCreation) => Promise<'stored' | 'repeated' | 'too-many'>;
  /**
   * Replaces the secret of the untouched client that the request id created. Undefined if the
   * client has another name or other scopes, or was used, rotated or revoked.
   */
  readonly repeatCreation: (creation: RepeatedCreation) => Promise<ApiClient | undefined>;
  readonly findById: (clientId: string) => Promise<ApiClient | undefined>;
  /** Newest first, starting after the given id. */
  readonly list: (query: {
    readonly after: string | undefined;
    readonly limit: number;
  }) => Promise<readonly ApiClient[]>;
  readonly rotateSecret: (rotation: SecretRotation) => Promise<ApiClientChange>;
  /** Ends a client; one that is revoked already stays as it is. Undefined for an unknown id. */
  readonly revoke: (clientId: string, now: Date) => Promise<ApiClient | undefined>;
  readonly noteUse: (clientId: string, at: Date) => Promise<void>;
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
  | {
      readonly kind: 'client';
      readonly clientId: string;
      readonly name: string;
      readonly scopes: readonly Scope[];
      /** The id of the secret. */
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

export interface ClientSecretSource {
  /** A new id of an API client; ids of later clients are greater. */
  readonly newClientId: (now: Date) => string;
  /** Creates an unguessable secret. */
  readonly create: () => string;
  /** The hash that is stored instead of the secret. */
  readonly hash: (secret: string) => string;
  /** The candidate with this secret. Takes the same time whatever the result. */
  readonly find: (
    secret: string,
    candidates: readonly ApiClientSecret[],
  ) => ApiClientSecret | undefined;
}

export interface ServiceClientDirectory {
  /**
   * True when the client is known and this is its secret. Takes the same time whatever the result.
   */
  readonly isAuthentic: (clientId: string, secret: string) => boolean;
}

/** A trusted issuer, and where its keys are. */
export interface ConfiguredIssuer extends TrustedIssuer {
  /** Address of the keys; without it, it comes from the issuer's discovery document. */
  readonly jwksUri?: string | undefined;
  /** Whether plain HTTP is allowed for addresses other than this host's own. */
  readonly allowHttp: boolean;
}

export interface IssuerKeyReader {
  /**
   * Reads the public keys of an outside issuer.
   *
   * @throws when the issuer cannot be reached within its time limit, or answers something else
   */
  readonly read: (issuer: ConfiguredIssuer) => Promise<readonly IssuerKey[]>;
}
