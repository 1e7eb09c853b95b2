import { RateLimiterMemory, RateLimiterRedis } from 'rate-limiter-flexible';
import type { CounterStore } from './counter';
import type { FamiliarAddresses } from './login-limit';

/** How long an address stays familiar after a successful login. */
const FAMILIAR_SECONDS = 7 * 24 * 3_600;

/**
 * Remembers familiar addresses for a week. While Redis does not answer, no address is familiar and
 * none is recorded; the account limit and the total limit then apply to every client.
 */
export const createFamiliarAddresses = (store: CounterStore | undefined): FamiliarAddresses => {
  const window = { points: 1, duration: FAMILIAR_SECONDS };
  const marks =
    store === undefined
      ? new RateLimiterMemory({ ...window, keyPrefix: 'familiar' })
      : new RateLimiterRedis({
          ...window,
          keyPrefix: `${store.prefix}:limit:familiar`,
          storeClient: store.redis,
          rejectIfRedisNotReady: true,
        });
  return {
    has: (pair) =>
      marks.get(pair).then(
        (mark) => mark !== null,
        () => false,
      ),
    add: (pair) =>
      marks.set(pair, 1, FAMILIAR_SECONDS).then(
        () => undefined,
        () => undefined,
      ),
  };
};
