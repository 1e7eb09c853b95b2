import { limited } from '@flashreserve/rpc';
import { tooManyWatchers } from '../domain/catalog-errors';

/** Who watches. Components share their places; each user has a share of its own. */
export type Watcher =
  | { readonly kind: 'user'; readonly userId: string }
  | { readonly kind: 'service' };

/** Streams and products that are watched at the same time. */
export const WATCH_LIMITS = {
  /** Streams of one user. */
  perUser: 10,
  /** Streams of all users together. */
  users: 1_000,
  /** Streams in all; what users cannot take is kept for components. */
  total: 1_200,
  /** Different products beyond which users cannot go. Half is kept for components. */
  productsOfUsers: 5_000,
  /** Different products in all. */
  products: 10_000,
} as const;

/** Counts streams by who watches. */
export interface WatchPlaces {
  /**
   * Takes a place; the returned function gives it back, once however often it is called.
   *
   * @param productsAfter different products that are watched when this stream is open
   * @throws DomainError WATCHES_LIMITED when the user has its share, TOO_MANY_WATCHERS when this instance is full
   */
  readonly take: (watcher: Watcher, productsAfter: number) => () => void;
}

const ownShareTaken = () =>
  limited({
    reason: 'WATCHES_LIMITED',
    message: `You watch stock in ${WATCH_LIMITS.perUser} streams, as many as one user may have open at one instance.`,
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
