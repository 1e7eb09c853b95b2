import type { RevokedSession } from '@flashreserve/identity';
import type { Clock } from '@flashreserve/ops';
import type { EndedSession, SessionRepository } from './ports';

export interface RevokedSessionsQuery {
  /** Undefined for all whose tokens may be alive. */
  readonly endedSince?: Date | undefined;
  readonly pageSize: number;
  /** The last session of the page before. */
  readonly after: EndedSession | undefined;
}

export interface RevokedSessionsPage {
  readonly sessions: readonly RevokedSession[];
  /** Where the next page begins; undefined on the last. */
  readonly next: EndedSession | undefined;
  readonly readTime: Date;
}

export type ListRevokedSessions = (query: RevokedSessionsQuery) => Promise<RevokedSessionsPage>;

/**
 * What ended this long before is listed once more: a transaction shows its change later than the time that it wrote, and
 * the clocks of several instances differ.
 */
export const REPEATED_MS = 30_000;

/** Lists the sessions that were ended and whose access tokens may be alive. */
export const createListRevokedSessions =
  (deps: {
    readonly sessions: Pick<SessionRepository, 'listEnded'>;
    readonly clock: Clock;
    /** Life of a user's access token. */
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
