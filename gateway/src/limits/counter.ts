import type { Redis } from '@flashreserve/store/redis';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';

/** An exhausted limit, and the time until its window ends. */
export interface Full {
  readonly limit: number;
  readonly resetSeconds: number;
}

/**
 * Counts by key in fixed windows: a window starts with the first count and is never extended by
 * later ones. Never rejects: while Redis does not answer, each process counts on its own.
 */
export interface Counter {
  /** Counts one in advance; returns undefined if it was within the limit. */
  readonly take: (key: string) => Promise<Full | undefined>;
  /** Checks the limit without counting. */
  readonly peek: (key: string) => Promise<Full | undefined>;
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

const fullFrom = (result: RateLimiterRes, limit: number): Full => ({
  limit,
  resetSeconds: Math.max(1, Math.ceil(result.msBeforeNext / 1000)),
});

/** Creates a counter of at most `limit` per `windowSeconds`; 0 disables the limit. */
export const createCounter = (options: {
  /** Unique among the counters of a store. */
  readonly name: string;
  readonly limit: number;
  readonly windowSeconds: number;
  readonly store: CounterStore | undefined;
}): Counter => {
  const { name, limit, windowSeconds, store } = options;
  if (limit === 0) return UNLIMITED;
  const window = { keyPrefix: name, points: limit, duration: windowSeconds };
  const own = new RateLimiterMemory(window);
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
  return {
    take: async (key) => {
      try {
        await limiter.consume(key);
        return undefined;
      } catch (refusal) {
        if (refusal instanceof RateLimiterRes) return fullFrom(refusal, limit);
        throw refusal;
      }
    },
    peek: async (key) => {
      const result = await limiter.get(key);
      return result !== null && result.consumedPoints >= limit
        ? fullFrom(result, limit)
        : undefined;
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
