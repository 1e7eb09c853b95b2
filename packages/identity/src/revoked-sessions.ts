import type { Clock } from '@flashreserve/ops';
import { DomainError } from '@flashreserve/rpc';

/** A session that has ended although its access tokens may not have expired. */
export interface RevokedSession {
  readonly sessionId: string;
  /** When its last access token expires. */
  readonly expiresAt: Date;
}

/** Auth's response: the sessions that have ended. */
export interface RevokedSessionsAnswer {
  readonly sessions: readonly RevokedSession[];
  /** `since` of the next request. */
  readonly readAt: Date;
}

/** Recently ended sessions, as known to this process. */
export interface RevokedSessions {
  /** Whether the session is known to have ended. An in-memory lookup. */
  readonly has: (sessionId: string) => boolean;
  /**
   * Resolves once the list is at most 5 s old, and has every session of which a token can expire at
   * `tokenExpiresAt`: usually at once, as it is polled every 2 s.
   *
   * @throws DomainError AUTH_UNAVAILABLE if no list can be fetched, at the latest when `fetch`
   *   fails, or if the token is too old for a list that has overflowed
   */
  readonly confirmFresh: (tokenExpiresAt: Date | undefined) => Promise<void>;
  /** Stops polling. */
  readonly stop: () => void;
}

export interface RevokedSessionsOptions {
  /**
   * Returns all sessions ended since then or, without `since`, those whose tokens may not have
   * expired. Must settle within a few seconds.
   */
  readonly fetch: (since: Date | undefined) => Promise<RevokedSessionsAnswer>;
  readonly clock: Clock;
  /** Pause between two polls. */
  readonly pollMs?: number;
  readonly maxAgeMs?: number;
  /** Maximum number of sessions kept, a few hundred bytes each. */
  readonly sessionsMax?: number;
}

const POLL_MS = 2_000;
/** Upper bound on how long a demoted administrator can still write. */
const MAX_AGE_MS = 5_000;
/**
 * More sessions than auth can open by passwords within a token's lifetime. Guests cost no password
 * check: a flood of them makes the list forget the oldest.
 */
const SESSIONS_MAX = 200_000;

const unavailable = (message: string, cause?: unknown): DomainError =>
  new DomainError({ kind: 'unavailable', reason: 'AUTH_UNAVAILABLE', message, cause });

/** Sessions in the order in which they were learnt, bounded: the oldest makes room. */
const createMemory = (max: number) => {
  const expiries = new Map<string, number>();
  /** When the last token of any session that made room has expired. */
  let lostUntil = Number.NEGATIVE_INFINITY;
  const makeRoom = (): void => {
    for (const [sessionId, until] of expiries) {
      if (expiries.size < max) return;
      expiries.delete(sessionId);
      lostUntil = Math.max(lostUntil, until);
    }
  };
  return {
    has: (sessionId: string): boolean => expiries.has(sessionId),
    add: ({ sessionId, expiresAt }: RevokedSession): void => {
      if (!expiries.has(sessionId)) makeRoom();
      expiries.set(sessionId, expiresAt.getTime());
    },
    forget: (now: number): void => {
      for (const [sessionId, until] of expiries) {
        if (until > now) return;
        expiries.delete(sessionId);
      }
    },
    /** Whether a session with a token that expires then, and has not yet, would be here. */
    isCompleteFor: (tokenExpiresAt: number, now: number): boolean =>
      now >= lostUntil || tokenExpiresAt > lostUntil,
  };
};

/**
 * Polls auth for newly ended sessions until `stop`. While auth is down the list goes stale: `has`
 * still answers from it, and only `confirmFresh` fails.
 */
export const createRevokedSessions = (options: RevokedSessionsOptions): RevokedSessions => {
  const { fetch, clock, pollMs = POLL_MS, maxAgeMs = MAX_AGE_MS } = options;
  const memory = createMemory(options.sessionsMax ?? SESSIONS_MAX);
  let since: Date | undefined;
  let askedAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;

  const now = (): number => clock.now().getTime();
  const read = async (): Promise<void> => {
    const startedAt = now();
    const { sessions, readAt } = await fetch(since);
    memory.forget(now());
    for (const session of sessions) memory.add(session);
    since = readAt;
    // The response may have taken long, so its age counts from the request.
    askedAt = startedAt;
  };
  const readOnce = (): Promise<void> => {
    reading ??= read().finally(() => {
      reading = undefined;
    });
    return reading;
  };
  const poll = (): void => {
    // Errors are ignored here: `confirmFresh` reports an outage, and the next poll follows anyway.
    const next = (): void => {
      if (isStopped) return;
      timer = setTimeout(poll, pollMs);
      timer.unref();
    };
    readOnce().then(next, next);
  };
  poll();

  return {
    has: memory.has,
    confirmFresh: async (tokenExpiresAt) => {
      if (now() - askedAt > maxAgeMs) {
        await readOnce().catch((error: unknown) => {
          throw unavailable('Cannot check whether the session is still open.', error);
        });
      }
      if (!memory.isCompleteFor(tokenExpiresAt?.getTime() ?? 0, now())) {
        throw unavailable('Too many sessions ended recently to check this one. Log in again.');
      }
    },
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
    },
  };
};
