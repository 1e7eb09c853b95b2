import type { Principal, RevokedSession } from '@flashreserve/identity';
import type { Clock } from '@flashreserve/ops';
import { type Page, permissionDenied, toPage } from '@flashreserve/rpc';
import type { ApiClient } from '../domain/api-client';
import { refusal } from '../domain/auth-errors';
import type { User, UserProfile } from '../domain/user';
import type { AccountRepository, UserQuery } from './account-ports';
import type { ApiClientRepository, EndedSession, SessionRepository, UserRepository } from './ports';

export interface RevokedSessionsPage extends Page<RevokedSession, EndedSession> {
  readonly readAt: Date;
}

/** Reads of one or two steps. */
export interface Queries {
  /**
   * Returns a user to itself and to administrators. Other callers are refused before the lookup, so
   * the response does not reveal whether the user exists. A user of an outside issuer gets what its
   * token says; only itself can be read, as it is not stored.
   *
   * @throws DomainError PERMISSION_DENIED, USER_NOT_FOUND
   */
  readonly getUser: (userId: string, caller: Principal) => Promise<UserProfile>;
  /** Lists ended sessions whose access tokens may still be valid. */
  readonly listRevokedSessions: (query: {
    /** Undefined lists all of them. */
    readonly endedSince?: Date | undefined;
    /** The last session of the previous page. */
    readonly after: EndedSession | undefined;
    readonly pageSize: number;
  }) => Promise<RevokedSessionsPage>;
  /** Lists users with an e-mail address, ordered by it. */
  readonly listUsers: (
    query: Omit<UserQuery, 'limit'> & { readonly pageSize: number },
  ) => Promise<Page<User, string>>;
  /** Lists API clients, newest first. */
  readonly listApiClients: (query: {
    /** The id of the last client of the previous page. */
    readonly after: string | undefined;
    readonly pageSize: number;
  }) => Promise<Page<ApiClient, string>>;
}

const mayRead = (caller: Principal, userId: string): boolean =>
  caller.kind === 'user' && (caller.role === 'ADMIN' || caller.userId === userId);

/**
 * Overlap between two queries, in milliseconds: a transaction becomes visible later than the time
 * it wrote, and instances' clocks differ.
 */
const REPEATED_MS = 30_000;

/**
 * Sessions that end within this time are listed, in milliseconds: the clock of the instance that
 * ended one may be fast. A rotation plans the end of a secret; tokens from before the rotation may
 * be refused this much earlier.
 */
const EARLY_MS = 5_000;

export const createQueries = (deps: {
  readonly users: Pick<UserRepository, 'findById'>;
  readonly sessions: Pick<SessionRepository, 'listEnded'>;
  readonly accounts: Pick<AccountRepository, 'list'>;
  readonly apiClients: Pick<ApiClientRepository, 'list'>;
  readonly clock: Clock;
  /** Lifetime of an access token of a user or an API client. */
  readonly userTokenTtlSeconds: number;
}): Queries => ({
  getUser: async (userId, caller) => {
    if (!mayRead(caller, userId)) throw permissionDenied('A user can only read its own profile.');
    if (caller.kind === 'user' && caller.issuer !== undefined && caller.userId === userId) {
      return { userId, role: caller.role, email: '', name: '' };
    }
    const user = await deps.users.findById(userId);
    if (user === undefined) throw refusal('USER_NOT_FOUND');
    return user;
  },

  listRevokedSessions: async ({ endedSince, after, pageSize }) => {
    const readAt = deps.clock.now();
    const memoryMs = deps.userTokenTtlSeconds * 1_000 + REPEATED_MS;
    const oldest = readAt.getTime() - memoryMs;
    const since = new Date(Math.max(oldest, (endedSince?.getTime() ?? oldest) - REPEATED_MS));
    const until = new Date(readAt.getTime() + EARLY_MS);
    const found = await deps.sessions.listEnded({ since, until, after, limit: pageSize + 1 });
    const { items, next } = toPage(found, pageSize, (last) => last);
    const sessions = items.map(({ sessionId, endedAt }) => ({
      sessionId,
      expiresAt: new Date(endedAt.getTime() + memoryMs),
    }));
    return { items: sessions, next, readAt };
  },

  listUsers: async ({ pageSize, ...query }) => {
    const found = await deps.accounts.list({ ...query, limit: pageSize + 1 });
    return toPage(found, pageSize, ({ email }) => email);
  },
  listApiClients: async ({ after, pageSize }) => {
    const found = await deps.apiClients.list({ after, limit: pageSize + 1 });
    return toPage(found, pageSize, ({ clientId }) => clientId);
  },
});
