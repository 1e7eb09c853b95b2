import { limited } from '@flashreserve/rpc';
import { tooManyWatchers } from '../domain/catalog-errors';

/** The owner of a watch. Components share one quota; each user has its own. */
export type Watcher =
  | { readonly kind: 'user'; readonly userId: string }
  | { readonly kind: 'service' };

/** Limits of concurrent streams and watched products. */
export const WATCH_LIMITS = {
  /** Streams per user. */
  perUser: 10,
  /** Streams of all users. */
  users: 1_000,
  /** Streams overall; the rest is reserved for components. */
  total: 1_200,
  /** Distinct products at which users are refused; half of the total is reserved for components. */
  productsOfUsers: 5_000,
  /** Distinct products overall. */
  products: 10_000,
} as const;

/** Counts streams by owner. */
export interface WatchPlaces {
  /**
   * Takes a slot; the returned function releases it and is safe to call repeatedly.
   *
   * @param productsAfter distinct watched products once this stream is open
   * @throws DomainError WATCHES_LIMITED at the user's own limit, TOO_MANY_WATCHERS when this
   *   instance is full
   */
  readonly take: (watcher: Watcher, productsAfter: number) => () => void;
}

const ownShareTaken = () =>
  limited({
    reason: 'WATCHES_LIMITED',
    message: `You have ${WATCH_LIMITS.perUser} open stock streams, the maximum per user and instance.`,
    limit: WATCH_LIMITS.perUser,
    retryAfterSeconds: 5,
  });

export const createWatchPlaces = (): WatchPlaces => {
  const byUser = new Map<string, number>();
  let ofUsers = 0;
  let total = 0;

  const refuseUser = (userId: string, productsAfter: number): void => {
    if ((byUser.get(userId) ?? 0) >= WATCH_LIMITS.perUser) throw ownShareTaken();
    if (ofUsers >= WATCH_LIMITS.users || productsAfter > WATCH_LIMITS.productsOfUsers) {
      throw tooManyWatchers();
    }
  };
  const count = (watcher: Watcher, by: 1 | -1): void => {
    total += by;
    if (watcher.kind === 'service') return;
    ofUsers += by;
    const left = (byUser.get(watcher.userId) ?? 0) + by;
    if (left === 0) byUser.delete(watcher.userId);
    else byUser.set(watcher.userId, left);
  };

  return {
    take: (watcher, productsAfter) => {
      if (watcher.kind === 'user') refuseUser(watcher.userId, productsAfter);
      if (total >= WATCH_LIMITS.total || productsAfter > WATCH_LIMITS.products) {
        throw tooManyWatchers();
      }
      count(watcher, 1);
      let isTaken = true;
      return () => {
        if (!isTaken) return;
        isTaken = false;
        count(watcher, -1);
      };
    },
  };
};
