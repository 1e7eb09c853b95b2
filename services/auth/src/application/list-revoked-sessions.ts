import type { RevokedSession } from '@flashreserve/identity';
import type { Clock } from '@flashreserve/ops';
import type { EndedSession, SessionRepository } from './ports';

export interface RevokedSessionsQuery {
  /** Undefined lists all sessions whose access tokens may still be valid. */
  readonly endedSince?: Date | undefined;
  readonly pageSize: number;
  /** The last session of the previous page. */
  readonly after: EndedSession | undefined;
}

export interface RevokedSessionsPage {
  readonly sessions: readonly RevokedSession[];
  /** Cursor of the next page; undefined on the last page. */
  readonly next: EndedSession | undefined;
  readonly readTime: Date;
}

export type ListRevokedSessions = (query: RevokedSessionsQuery) => Promise<RevokedSessionsPage>;

/**
 * Overlap between two queries, in milliseconds: a transaction becomes visible later than the time
 * it wrote, and instances' clocks differ.
 */
export const REPEATED_MS = 30_000;

/** Lists ended sessions whose access tokens may still be valid. */
export const createListRevokedSessions =
  (deps: {
    readonly sessions: Pick<SessionRepository, 'listEnded'>;
    readonly clock: Clock;
    /** Lifetime of a user's access token. */
    readonly ttlSeconds: number;
  }): ListRevokedSessions =>
  async ({ endedSince, pageSize, after }) => {
    const readTime = deps.clock.now();
    const memoryMs = deps.ttlSeconds * 1_000 + REPEATED_MS;
    const oldest = readTime.getTime() - memoryMs;
    const since = Math.max(oldest, (endedSince?.getTime() ?? oldest) - REPEATED_MS);
    const found = await deps.sessions.listEnded({
      since: new Date(since),
      after,
      limit: pageSize + 1,
    });
    const page = found.slice(0, pageSize);
    return {
      sessions: page.map(({ sessionId, endedAt }) => ({
        sessionId,
        expireTime: new Date(endedAt.getTime() + memoryMs),
      })),
      next: found.length > pageSize ? page.at(-1) : undefined,
      readTime,
    };
  };
