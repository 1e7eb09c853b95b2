import type { Clock } from '@flashreserve/ops';
import { DomainError } from '@flashreserve/rpc';

/** A session that was ended while access tokens of it may still be alive. */
export interface RevokedSession {
  readonly sessionId: string;
  /** When the last of its access tokens is over. */
  readonly expireTime: Date;
}

/** What auth says of the sessions that were ended. */
export interface RevokedSessionsAnswer {
  readonly sessions: readonly RevokedSession[];
  /** What to ask for the next time. */
  readonly readTime: Date;
}

/** The sessions that were ended lately, as this process knows them. */
export interface RevokedSessions {
  /** True when the session is known to have ended. A look-up in memory. */
  readonly has: (sessionId: string) => boolean;
  /**
   * Resolves once the list is at most 5 s old: at once in general, because it is read every 2 s.
   *
   * @throws DomainError AUTH_UNAVAILABLE when no list can be had, at the latest when `fetch` gives up
   */
  readonly confirmFresh: () => Promise<void>;
  /** Ends the reading. */
  readonly stop: () => void;
}

export interface RevokedSessionsOptions {
  /** All sessions that were ended since then, or whose tokens may be alive without it. Must end in a few seconds. */
  readonly fetch: (since: Date | undefined) => Promise<RevokedSessionsAnswer>;
  readonly clock: Clock;
  /** Pause between two readings. */
  readonly pollMs?: number;
  readonly maxAgeMs?: number;
  /** Sessions that are remembered, some hundred bytes each. */
  readonly sessionsMax?: number;
}

const POLL_MS = 2_000;
/** A demoted administrator can write for this long, and no longer. */
const MAX_AGE_MS = 5_000;
/** More than auth can open within the life of a token, because each costs a check of a password. */
const SESSIONS_MAX = 200_000;

const unavailable = (message: string, cause?: unknown): DomainError =>
  new DomainError({ kind: 'unavailable', reason: 'AUTH_UNAVAILABLE', message, cause });

/** Sessions in the order in which they were learnt, bounded. */
const createMemory = (max: number) => {
  const expireTimes = new Map<string, number>();
  let incompleteUntil = Number.NEGATIVE_INFINITY;
  return {
    has: (sessionId: string): boolean => expireTimes.has(sessionId),
    add: ({ sessionId, expireTime }: RevokedSession): void => {
      const until = expireTime.getTime();
      if (expireTimes.size < max) expireTimes.set(sessionId, until);
      else if (!expireTimes.has(sessionId)) incompleteUntil = Math.max(incompleteUntil, until);
    },
    forget: (now: number): void => {
      for (const [sessionId, until] of expireTimes) {
        if (until > now) return;
        expireTimes.delete(sessionId);
      }
    },
    isComplete: (now: number): boolean => now >= incompleteUntil,
  };
};

/**
 * Keeps the list of ended sessions by reading from auth what is new, from now on and until `stop`. While auth is away
 * the list grows old: then `has` still says what is known, and only who asks for a fresh one is refused.
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
    const { sessions, readTime } = await fetch(since);
    memory.forget(now());
    for (const session of sessions) memory.add(session);
    since = readTime;
    // The answer may have been under way for long, so its age counts from the question.
    askedAt = startedAt;
  };
  const readOnce = (): Promise<void> => {
    reading ??= read().finally(() => {
      reading = undefined;
    });
    return reading;
  };
  const poll = (): void => {
    // An outage is told to whoever needs a fresh list; the next reading comes anyway.
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
    confirmFresh: async () => {
      if (now() - askedAt > maxAgeMs) {
        await readOnce().catch((error: unknown) => {
          throw unavailable('Whether the session is still open cannot be checked.', error);
        });
      }
      if (!memory.isComplete(now())) throw unavailable('Too many sessions were ended lately.');
    },
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
    },
  };
};
