import { createWatchPlaces, WATCH_LIMITS, type Watcher } from './watch-places';

const user = (userId: string): Watcher => ({ kind: 'user', userId });
const SERVICE: Watcher = { kind: 'service' };
const takeMany = (count: number, take: (index: number) => () => void): readonly (() => void)[] =>
  Array.from({ length: count }, (_, index) => take(index));

describe('places of watches', () => {
  it('a user at its own limit gets WATCHES_LIMITED, and a released slot can be taken once', () => {
    const places = createWatchPlaces();
    const given = takeMany(WATCH_LIMITS.perUser, () => places.take(user('a'), 1));
    expect(() => places.take(user('a'), 1)).toThrow(
      expect.objectContaining({ reason: 'WATCHES_LIMITED', kind: 'exhausted' }),
    );
    places.take(user('b'), 1);
    given[0]?.();
    given[0]?.();
    places.take(user('a'), 1);
    expect(() => places.take(user('a'), 1)).toThrow(
      expect.objectContaining({ reason: 'WATCHES_LIMITED' }),
    );
  });

  it('slots stay reserved for components when users have taken all of theirs', () => {
    const places = createWatchPlaces();
    takeMany(WATCH_LIMITS.users, (index) => places.take(user(`${index}`), 1));
    expect(() => places.take(user('late'), 1)).toThrow(
      expect.objectContaining({ reason: 'TOO_MANY_WATCHERS' }),
    );
    takeMany(WATCH_LIMITS.total - WATCH_LIMITS.users, () => places.take(SERVICE, 1));
    expect(() => places.take(SERVICE, 1)).toThrow(
      expect.objectContaining({ reason: 'TOO_MANY_WATCHERS' }),
    );
  });

  it('half of the watched products are reserved for components', () => {
    const places = createWatchPlaces();
    expect(() => places.take(user('a'), WATCH_LIMITS.productsOfUsers + 1)).toThrow(
      expect.objectContaining({ reason: 'TOO_MANY_WATCHERS' }),
    );
    places.take(SERVICE, WATCH_LIMITS.products);
    expect(() => places.take(SERVICE, WATCH_LIMITS.products + 1)).toThrow(
      expect.objectContaining({ reason: 'TOO_MANY_WATCHERS' }),
    );
  });
});
