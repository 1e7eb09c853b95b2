import { setTimeout as pause } from 'node:timers/promises';
import { type Clock, startTimer } from '@flashreserve/ops';
import { unauthenticated, unavailable } from '@flashreserve/rpc';
import type { StockLevels } from '../domain/product';
import type { ProductRepository } from './ports';
import {
  createStockSubscription,
  type StockReading,
  type StockSubscription,
} from './stock-subscription';
import { createWatchPlaces, type Watcher } from './watch-places';

export interface WatchStockQuery {
  readonly productIds: readonly string[];
  readonly watcher: Watcher;
  /** When the caller's token expires; the stream ends then. */
  readonly expiresAt: Date | undefined;
  readonly signal: AbortSignal;
}

export interface StockWatch {
  /**
   * Yields the stock of products: first the current value of each, then its changes, at most 10 per
   * second per product.
   *
   * @throws DomainError PRODUCT_NOT_FOUND, WATCHES_LIMITED, TOO_MANY_WATCHERS, TOKEN_EXPIRED or
   *   SHUTTING_DOWN; any error of the store
   */
  readonly watch: (query: WatchStockQuery) => AsyncIterable<StockReading>;
  /** Ends all watches, so that their clients reconnect to another instance. */
  readonly stop: () => Promise<void>;
}

/** Interval between polls in milliseconds; bounds the update rate per product. */
const ROUND_INTERVAL_MS = 100;
/**
 * After this many polls without a change, about one second, the interval grows, so that an idle
 * sale costs less.
 */
const QUIET_ROUNDS = 10;
/** Added to the interval then, in milliseconds. A new watcher skips this pause. */
const QUIET_EXTRA_MS = 150;
/** Maximum product ids per query. */
const IDS_PER_QUERY = 1_000;

/**
 * All clients of an instance share one poller, which reads only watched products and runs only
 * while there are watchers. It reads the store, so it sees the writes of all instances.
 */
export const createWatchStock = (deps: {
  readonly products: Pick<ProductRepository, 'findStockLevels'>;
  readonly clock: Clock;
}): StockWatch => {
  const { products, clock } = deps;
  const places = createWatchPlaces();
  const subscriptions = new Set<StockSubscription>();
  /** Number of watchers by product. */
  const watchersOf = new Map<string, number>();
  let reading: Promise<void> | undefined;
  let hurry = (): void => undefined;
  let stopped = false;

  const enter = (subscription: StockSubscription): void => {
    subscriptions.add(subscription);
    for (const id of subscription.productIds) watchersOf.set(id, (watchersOf.get(id) ?? 0) + 1);
  };
  const leave = (subscription: StockSubscription): void => {
    if (!subscriptions.delete(subscription)) return;
    for (const id of subscription.productIds) {
      const left = (watchersOf.get(id) ?? 1) - 1;
      if (left === 0) watchersOf.delete(id);
      else watchersOf.set(id, left);
    }
  };
  const pauseUnlessHurried = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const stopTimer = startTimer(ms, resolve);
      hurry = () => {
        stopTimer?.();
        resolve();
      };
    });

  const readLevels = async (ids: readonly string[]): Promise<ReadonlyMap<string, StockLevels>> => {
    const levels = new Map<string, StockLevels>();
    for (let start = 0; start < ids.length; start += IDS_PER_QUERY) {
      const part = await products.findStockLevels(ids.slice(start, start + IDS_PER_QUERY));
      for (const [productId, level] of part) levels.set(productId, level);
    }
    return levels;
  };

  /** Resolves to whether any subscription got a new value. */
  const readRound = async (): Promise<boolean> => {
    const asked = new Set(watchersOf.keys());
    let isNew = false;
    try {
      const levels = await readLevels([...asked]);
      const round = { asked, levels, observedAt: clock.now() };
      for (const subscription of subscriptions) isNew = subscription.offer(round) || isNew;
    } catch (error) {
      // Without an error, a failing store would look like an idle sale. The clients can watch
      // another instance.
      for (const subscription of subscriptions) subscription.fail(error);
    }
    return isNew;
  };

  const readWhileWatched = async (): Promise<void> => {
    let quietRounds = 0;
    while (subscriptions.size > 0) {
      const [isNew] = await Promise.all([readRound(), pause(ROUND_INTERVAL_MS)]);
      quietRounds = isNew ? 0 : quietRounds + 1;
      if (quietRounds >= QUIET_ROUNDS) await pauseUnlessHurried(QUIET_EXTRA_MS);
    }
    reading = undefined;
  };

  const open = (productIds: readonly string[], watcher: Watcher) => {
    if (stopped) throw shuttingDown();
    const subscription = createStockSubscription(productIds);
    const added = [...subscription.productIds].filter((id) => !watchersOf.has(id));
    const giveBack = places.take(watcher, watchersOf.size + added.length);
    enter(subscription);
    hurry();
    reading ??= readWhileWatched();
    return { subscription, giveBack };
  };

  return {
    watch: async function* ({ productIds, watcher, expiresAt, signal }) {
      const { subscription, giveBack } = open(productIds, watcher);
      const expireToken = (): void => subscription.fail(unauthenticated('TOKEN_EXPIRED'));
      const lifeMs = expiresAt && expiresAt.getTime() - clock.now().getTime();
      const stopTimer = lifeMs === undefined ? undefined : startTimer(lifeMs, expireToken);
      try {
        yield* subscription.readings(signal);
      } finally {
        stopTimer?.();
        leave(subscription);
        giveBack();
      }
    },
    stop: async () => {
      stopped = true;
      for (const subscription of subscriptions) subscription.fail(shuttingDown());
      for (const subscription of [...subscriptions]) leave(subscription);
      hurry();
      await reading;
    },
  };
};

const shuttingDown = () => unavailable('SHUTTING_DOWN', 'This instance is shutting down.');
