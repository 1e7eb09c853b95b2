import { shareOf } from '@flashreserve/ops';
import type { Redis } from '@flashreserve/store/redis';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';

/** What a limit leaves to a key until its window ends. */
export interface Quota {
  readonly limit: number;
  readonly windowSeconds: number;
  readonly remaining: number;
  readonly resetSeconds: number;
  /** Whether nothing was left for this attempt. */
  readonly isExceeded: boolean;
}

/**
 * Counts by key in fixed windows: a window starts with the first count and is never extended by
 * later ones. Never rejects: while Redis does not answer, each process counts on its own, up to its
 * share of the limit.
 */
export interface Counter {
  /** Counts one in advance. Undefined if there is no limit. */
  readonly take: (key: string) => Promise<Quota | undefined>;
  /** Checks the limit without counting. Undefined if there is no limit. */
  readonly peek: (key: string) => Promise<Quota | undefined>;
  /** Counts one, even above the limit. */
  readonly count: (key: string) => Promise<void>;
  /** Subtracts one count. */
  readonly giveBack: (key: string) => Promise<void>;
  /** Resets the count to zero. */
  readonly clear: (key: string) => Promise<void>;
}

/** Store in which processes share their counters; without one each process counts on its own. */
export interface CounterStore {
  readonly redis: Redis;
  /** Prefix of all keys. */
  readonly prefix: string;
}

/** A disabled limit. */
const UNLIMITED: Counter = {
  take: async () => undefined,
  peek: async () => undefined,
  count: async () => undefined,
  giveBack: async () => undefined,
  clear: async () => undefined,
};

/** The result of rate-limiter-flexible as a quota. */
export const toQuota = (
  { remainingPoints, msBeforeNext }: RateLimiterRes,
  {
    isExceeded,
    ...window
  }: {
    readonly limit: number;
    readonly windowSeconds: number;
    readonly isExceeded: boolean;
  },
): Quota => ({
  ...window,
  remaining: Math.max(0, remainingPoints),
  resetSeconds: Math.max(1, Math.ceil(msBeforeNext / 1000)),
  isExceeded,
});

/** Creates a counter of at most `limit` per `windowSeconds`; 0 disables the limit. */
export const createCounter = (options: {
  /** Unique among the counters of a store. */
  readonly name: string;
  readonly limit: number;
  readonly windowSeconds: number;
  readonly store: CounterStore | undefined;
  /** Processes of this gateway, among which the limit is divided while they count on their own. */
  readonly processes: number;
}): Counter => {
  const { name, limit, windowSeconds, store, processes } = options;
  if (limit === 0) return UNLIMITED;
  const window = { keyPrefix: name, points: limit, duration: windowSeconds };
  const own = new RateLimiterMemory({ ...window, points: shareOf(limit, processes) });
  const limiter =
    store === undefined
      ? own
      : new RateLimiterRedis({
          ...window,
          keyPrefix: `${store.prefix}:limit:${name}`,
          storeClient: store.redis,
          rejectIfRedisNotReady: true,
          insuranceLimiter: own,
        });
  const quotaOf = (result: RateLimiterRes, isExceeded: boolean): Quota =>
    toQuota(result, { limit, windowSeconds, isExceeded });
  return {
    take: async (key) => {
      try {
        return quotaOf(await limiter.consume(key), false);
      } catch (refusal) {
        if (refusal instanceof RateLimiterRes) return quotaOf(refusal, true);
        throw refusal;
      }
    },
    peek: async (key) => {
      const result = await limiter.get(key);
      if (result === null) {
        return {
          limit,
          windowSeconds,
          remaining: limit,
          resetSeconds: windowSeconds,
          isExceeded: false,
        };
      }
      // Of the process's own limit, if Redis does not answer.
      return quotaOf(result, result.remainingPoints <= 0);
    },
    count: async (key) => {
      await limiter.penalty(key);
    },
    giveBack: async (key) => {
      await limiter.reward(key);
    },
    clear: async (key) => {
      await limiter.delete(key);
    },
  };
};
