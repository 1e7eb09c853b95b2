import type { Principal, RevokedSession } from '@flashreserve/identity';
import type { Clock } from '@flashreserve/ops';
import { type Page, permissionDenied, toPage } from '@flashreserve/rpc';
import { refusal } from '../domain/auth-errors';
import type { User } from '../domain/user';
import type { EndedSession, SessionRepository, UserRepository } from './ports';

export interface RevokedSessionsPage extends Page<RevokedSession, EndedSession> {
  readonly readAt: Date;
}

/** Reads of one or two steps. */
export interface Queries {
  /**
   * Returns a user to itself and to administrators. Other callers are refused before the lookup, so
   * the response does not reveal whether the user exists.
   *
   * @throws DomainError PERMISSION_DENIED, USER_NOT_FOUND
   */
  readonly getUser: (userId: string, caller: Principal) => Promise<User>;
  /** Lists ended sessions whose access tokens may still be valid. */
  readonly listRevokedSessions: (query: {
    /** Undefined lists all of them. */
    readonly endedSince?: Date | undefined;
    /** The last session of the previous page. */
    readonly after: EndedSession | undefined;
    readonly pageSize: number;
  }) => Promise<RevokedSessionsPage>;
}

const mayRead = (caller: Principal, userId: string): boolean =>
  caller.kind === 'user' && (caller.role === 'ADMIN' || caller.userId === userId);

/**
 * Overlap between two queries, in milliseconds: a transaction becomes visible later than the time
 * it wrote, and instances' clocks differ.
 */
const REPEATED_MS = 30_000;

export const createQueries = (deps: {
  readonly users: Pick<UserRepository, 'findById'>;
  readonly sessions: Pick<SessionRepository, 'listEnded'>;
  readonly clock: Clock;
  /** Lifetime of a user's access token. */
  readonly userTokenTtlSeconds: number;
}): Queries => ({
  getUser: async (userId, caller) => {
    if (!mayRead(caller, userId)) throw permissionDenied('A user can only read its own profile.');
    const user = await deps.users.findById(userId);
    if (user === undefined) throw refusal('USER_NOT_FOUND');
    return user;
  },

  listRevokedSessions: async ({ endedSince, after, pageSize }) => {
    const readAt = deps.clock.now();
    const memoryMs = deps.userTokenTtlSeconds * 1_000 + REPEATED_MS;
    const oldest = readAt.getTime() - memoryMs;
    const since = new Date(Math.max(oldest, (endedSince?.getTime() ?? oldest) - REPEATED_MS));
    const found = await deps.sessions.listEnded({ since, after, limit: pageSize + 1 });
    const { items, next } = toPage(found, pageSize, (last) => last);
    const sessions = items.map(({ sessionId, endedAt }) => ({
      sessionId,
      expiresAt: new Date(endedAt.getTime() + memoryMs),
    }));
    return { items: sessions, next, readAt };
  },
});
