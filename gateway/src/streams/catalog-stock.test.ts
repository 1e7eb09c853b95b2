import { createSilentLogger } from '@flashreserve/ops';
import { DomainError } from '@flashreserve/rpc';
import { stockResponse } from '../testing/stock-response';
import { createStockUpstream, type WatchProducts } from './catalog-stock';

interface Watch {
  readonly productIds: readonly string[];
  readonly listener: Parameters<WatchProducts>[1];
  isCancelled: boolean;
}

/** An upstream whose watches the test ends. */
const createWorld = () => {
  const watches: Watch[] = [];
  const readings: string[] = [];
  const upstream = createStockUpstream({
    watch: (productIds, listener) => {
      const watch: Watch = { productIds, listener, isCancelled: false };
      watches.push(watch);
      return () => {
        watch.isCancelled = true;
      };
    },
    onReading: ({ productId }) => readings.push(productId),
    log: createSilentLogger(),
  });
  const running = (): readonly Watch[] => watches.filter(({ isCancelled }) => !isCancelled);
  return { upstream, watches, readings, running };
};

const ids = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `p${index}`);

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

describe('the stock upstream of a gateway', () => {
  it('every product is watched once, in streams of at most a hundred', () => {
    const { upstream, running } = createWorld();
    expect(upstream.cover(ids(250)).size).toBe(250);

    expect(running().map(({ productIds }) => productIds.length)).toEqual([100, 100, 50]);
    expect(new Set(running().flatMap(({ productIds }) => productIds)).size).toBe(250);
  });

  it('adding a product does not reopen full streams', () => {
    const { upstream, watches, running } = createWorld();
    upstream.cover(ids(150));
    const [full] = watches;
    upstream.cover([...ids(150), 'new']);

    expect(full?.isCancelled).toBe(false);
    expect(running().map(({ productIds }) => productIds.length)).toEqual([100, 51]);
  });

  it('a watch that ends is reopened, with a backoff while it gets no readings', () => {
    const { upstream, watches } = createWorld();
    upstream.cover(['a']);
    for (const longestMs of [100, 200, 400]) {
      const count = watches.length;
      watches.at(-1)?.listener.onEnd(new Error('Away.'));
      jest.advanceTimersByTime(longestMs / 2 - 1);
      expect(watches).toHaveLength(count);
      jest.advanceTimersByTime(longestMs / 2 + 1);
      expect(watches).toHaveLength(count + 1);
    }

    watches.at(-1)?.listener.onReading(stockResponse('a'));
    watches.at(-1)?.listener.onEnd(new Error('Away.'));
    jest.advanceTimersByTime(100);
    expect(watches).toHaveLength(5);
  });

  it('a watch continues without a product that no longer exists', () => {
    const { upstream, watches } = createWorld();
    upstream.cover(['a', 'b']);
    const missing = new DomainError({
      kind: 'not-found',
      reason: 'PRODUCT_NOT_FOUND',
      message: 'It does not exist.',
      metadata: { productId: 'a' },
    });
    watches[0]?.listener.onEnd(missing);
    jest.advanceTimersByTime(100);

    expect(watches[1]?.productIds).toEqual(['b']);
  });

  it('readings of replaced or closed streams are ignored', () => {
    const { upstream, watches, readings } = createWorld();
    upstream.cover(['a']);
    upstream.cover(['a', 'b']);
    watches[0]?.listener.onReading(stockResponse('a'));
    watches[1]?.listener.onReading(stockResponse('b'));
    upstream.close();
    watches[1]?.listener.onReading(stockResponse('a'));
    watches[1]?.listener.onEnd(new Error('Closed.'));
    jest.runAllTimers();

    expect(readings).toEqual(['b']);
    expect(watches.map(({ isCancelled }) => isCancelled)).toEqual([true, true]);
  });
});
