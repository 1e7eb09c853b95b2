import { createTestClock, systemClock } from '@flashreserve/ops';
import type { StockLevels } from '../domain/product';
import type { StockReading } from './stock-subscription';
import { createWatchStock, type StockWatch } from './watch-stock';

const levels = (available: number): StockLevels => ({
  available,
  held: 0,
  sold: 0,
  writtenOff: 0,
});

/** Products with stock set by the test, and a log of all queries. */
const testProducts = (initial: Readonly<Record<string, StockLevels>>) => {
  const stock = new Map(Object.entries(initial));
  const queries: (readonly string[])[] = [];
  let failure: Error | undefined;
  return {
    stock,
    queries,
    failWith: (error: Error) => {
      failure = error;
    },
    findStockLevels: async (ids: readonly string[]) => {
      queries.push(ids);
      if (failure !== undefined) throw failure;
      return new Map([...stock].filter(([id]) => ids.includes(id)));
    },
  };
};

const open = (watches: StockWatch, productIds: readonly string[], expiresAt?: Date) => {
  const controller = new AbortController();
  const readings = watches
    .watch({ productIds, watcher: { kind: 'service' }, expiresAt, signal: controller.signal })
    [Symbol.asyncIterator]();
  const next = async (): Promise<StockReading | undefined> => (await readings.next()).value;
  const abort = (): void => controller.abort();
  /** For a watch that is not read to its end. */
  const close = async (): Promise<void> => {
    abort();
    await readings.return?.(undefined);
  };
  return { next, abort, close };
};

/** Resolves once a separate poller has polled twice. */
const moreThanOneRound = async (): Promise<void> => {
  const products = testProducts({ w: levels(1) });
  const watches = createWatchStock({ products, clock: systemClock });
  const witness = open(watches, ['w']);
  await witness.next();
  products.stock.set('w', levels(0));
  await witness.next();
  await watches.stop();
};

describe('createWatchStock', () => {
  it('a slow reader gets only the newest value', async () => {
    const products = testProducts({ a: levels(3) });
    const watches = createWatchStock({ products, clock: systemClock });
    const slow = open(watches, ['a']);
    const quick = open(watches, ['a']);
    await slow.next();
    await quick.next();

    for (const available of [2, 1, 0]) {
      products.stock.set('a', levels(available));
      expect(await quick.next()).toMatchObject({ productId: 'a', available });
    }

    expect(await slow.next()).toMatchObject({ available: 0 });
    await slow.close();
    await quick.close();
    await watches.stop();
  });

  it('a product is queried once per poll, however many clients watch it', async () => {
    const products = testProducts({ a: levels(3), b: levels(4) });
    const watches = createWatchStock({ products, clock: systemClock });
    const clients = [['a'], ['a', 'b'], ['b']].map((ids) => open(watches, ids));
    await Promise.all(clients.map(({ next }) => next()));

    expect(products.queries.at(-1)?.toSorted()).toEqual(['a', 'b']);
    for (const { close } of clients) await close();
    await watches.stop();
  });

  it('polling stops when the last watcher leaves', async () => {
    const products = testProducts({ a: levels(3) });
    const watches = createWatchStock({ products, clock: systemClock });
    const client = open(watches, ['a']);
    await client.next();

    client.abort();
    expect(await client.next()).toBeUndefined();
    const asked = products.queries.length;
    await moreThanOneRound();

    expect(products.queries).toHaveLength(asked);
  });

  it('a store outage fails the watches instead of looking like idle stock', async () => {
    const products = testProducts({ a: levels(3) });
    const watches = createWatchStock({ products, clock: systemClock });
    const client = open(watches, ['a']);
    await client.next();

    products.failWith(new Error('away'));

    await expect(client.next()).rejects.toThrow('away');
    await watches.stop();
  });

  it('the next client can watch again after a store outage', async () => {
    const broken = testProducts({});
    broken.failWith(new Error('away'));
    const healthy = testProducts({ a: levels(1) });
    let current = broken;
    const watches = createWatchStock({
      products: { findStockLevels: (ids) => current.findStockLevels(ids) },
      clock: systemClock,
    });
    await expect(open(watches, ['a']).next()).rejects.toThrow('away');

    current = healthy;
    const client = open(watches, ['a']);

    expect(await client.next()).toMatchObject({ available: 1 });
    await client.close();
    await watches.stop();
  });

  it('a watch with an expired token ends with TOKEN_EXPIRED', async () => {
    const clock = createTestClock(new Date('2026-01-01T12:00:00Z'));
    const products = testProducts({ a: levels(3) });
    const watches = createWatchStock({ products, clock });
    const client = open(watches, ['a'], new Date('2026-01-01T12:00:00Z'));

    const first = client.next();
    await expect(first.then(() => client.next())).rejects.toMatchObject({
      reason: 'TOKEN_EXPIRED',
    });
    await watches.stop();
  });

  it('stopping ends open watches and rejects new ones with SHUTTING_DOWN', async () => {
    const products = testProducts({ a: levels(3) });
    const watches = createWatchStock({ products, clock: systemClock });
    const client = open(watches, ['a']);
    await client.next();

    const ended = expect(client.next()).rejects.toMatchObject({ reason: 'SHUTTING_DOWN' });
    await watches.stop();

    await ended;
    await expect(open(watches, ['a']).next()).rejects.toMatchObject({ reason: 'SHUTTING_DOWN' });
  });

  it('a long list of watched products is split into queries of at most 1,000', async () => {
    const ids = Array.from({ length: 2_500 }, (_, index) => `p${index}`);
    const products = testProducts(Object.fromEntries(ids.map((id) => [id, levels(1)])));
    const watches = createWatchStock({ products, clock: systemClock });
    const client = open(watches, ids);
    await client.next();

    expect(products.queries.slice(0, 3).map((query) => query.length)).toEqual([1_000, 1_000, 500]);
    await client.close();
    await watches.stop();
  });
});
