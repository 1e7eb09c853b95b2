import { createTestClock } from '@flashreserve/ops';
import type { Hold } from '../domain/hold';
import type { Product } from '../domain/product';
import type { ProductRequest, ProductSnapshot } from '../domain/product-batch';
import type { StockRequest, StockSnapshot } from '../domain/stock-batch';
import type { StockChanges } from '../domain/stock-changes';
import type { StockStore } from './ports';
import { createStockWriter } from './stock-writer';

const NOW = new Date('2026-01-01T12:00:00Z');
const inSeconds = (seconds: number): Date => new Date(NOW.getTime() + seconds * 1_000);

const take = (reservationId: string, deadline = inSeconds(10)): StockRequest => ({
  kind: 'take',
  hold: {
    reservationId,
    customerId: 'customer',
    lines: [{ productId: 'a', quantity: 1 }],
    expiresAt: inSeconds(600),
  },
  deadline,
});

const hold = (reservationId: string): Hold => ({
  ...(take(reservationId) as Extract<StockRequest, { kind: 'take' }>).hold,
  state: 'HELD',
  overdueAt: inSeconds(600),
  createdAt: NOW,
});

const product = (available: number): Product => ({
  productId: 'a',
  name: 'Lamp',
  description: '',
  price: { minorUnits: 100, currencyCode: 'USD' },
  available,
  held: 0,
  sold: 0,
  writtenOff: 0,
  revision: 1,
  initialStock: available,
  createdAt: NOW,
  updatedAt: NOW,
});

const adjust = (adjustmentId: string, delta: number): ProductRequest => ({
  kind: 'adjust',
  adjustment: {
    adjustmentId,
    requestId: adjustmentId,
    productId: 'a',
    delta,
    reason: 'count',
    createdBy: 'admin',
  },
  deadline: inSeconds(10),
});

const snapshot = (available: number, holds: readonly Hold[] = []): StockSnapshot => ({
  holds: new Map(holds.map((one) => [one.reservationId, one])),
  available: new Map([['a', available]]),
  prices: new Map(),
});

/** A store with scripted results that records its calls. */
const scriptedStore = (script: {
  readonly snapshots: StockSnapshot[];
  readonly writes?: ('written' | 'stale')[];
  readonly products?: ProductSnapshot;
}) => {
  const written: StockChanges[] = [];
  const batches: number[] = [];
  const store: StockStore = {
    read: async (requests) => {
      batches.push(requests.length);
      const next = script.snapshots.length > 1 ? script.snapshots.shift() : script.snapshots[0];
      if (next === undefined) throw new TypeError('The script has no snapshot.');
      return next;
    },
    readProducts: async () =>
      script.products ?? { products: new Map(), adjustments: new Map(), skus: new Map() },
    write: async (changes) => {
      written.push(changes);
      return script.writes?.shift() ?? 'written';
    },
  };
  return { store, written, batches };
};

const writerOf = (
  store: StockStore,
  backOff: (attempt: number) => Promise<void> = async () => undefined,
) => {
  const clock = createTestClock(NOW);
  return { clock, writer: createStockWriter({ store, clock, backOff }) };
};

describe('createStockWriter', () => {
  it('requests that arrive while a write is in flight share the next one', async () => {
    const { store, written } = scriptedStore({ snapshots: [snapshot(9)] });
    const { writer } = writerOf(store);

    const first = writer.submit(take('r1'));
    await new Promise(setImmediate);
    await Promise.all([first, ...['r2', 'r3', 'r4'].map((id) => writer.submit(take(id)))]);

    expect(written.map(({ made }) => made.length)).toEqual([1, 3]);
  });

  it('a take skips the read while the cached stock suffices, and a refusal always follows a read', async () => {
    const { store, batches, written } = scriptedStore({ snapshots: [snapshot(3), snapshot(0)] });
    const { writer } = writerOf(store);

    await writer.submit(take('r1'));
    await writer.submit(take('r2'));
    await writer.submit(take('r3'));
    expect(batches).toEqual([1]);
    expect(written).toHaveLength(3);

    await expect(writer.submit(take('r4'))).rejects.toMatchObject({ reason: 'OUT_OF_STOCK' });
    expect(batches).toEqual([1, 1]);
  });

  it('a batch that exceeds the cached stock is planned from a read before any request is refused', async () => {
    const { store, batches, written } = scriptedStore({ snapshots: [snapshot(2), snapshot(5)] });
    const { writer } = writerOf(store);
    await writer.submit(take('r1'));

    const outcomes = await Promise.all([writer.submit(take('r2')), writer.submit(take('r3'))]);

    expect(outcomes).toMatchObject([{ changed: true }, { changed: true }]);
    expect(batches).toEqual([1, 2]);
    expect(written.map(({ made }) => made.length)).toEqual([1, 2]);
  });

  it('units released elsewhere are sold although the cache says sold out', async () => {
    const { store } = scriptedStore({ snapshots: [snapshot(1), snapshot(5)] });
    const { writer } = writerOf(store);

    await writer.submit(take('r1'));

    expect(await writer.submit(take('r2'))).toMatchObject({ changed: true });
  });

  it('a stale guess leads to an immediate read, which finds an earlier hold', async () => {
    const { store, written } = scriptedStore({
      snapshots: [snapshot(9), snapshot(8, [hold('r2')])],
      writes: ['written', 'stale'],
    });
    const backOff = jest.fn(async () => undefined);
    const { writer } = writerOf(store, backOff);

    await writer.submit(take('r1'));
    const repeated = await writer.submit(take('r2'));

    expect(repeated).toEqual({ hold: hold('r2'), changed: false });
    expect(written).toHaveLength(2);
    expect(backOff).not.toHaveBeenCalled();
  });

  it('a take waits behind at most one settlement batch', async () => {
    const ids = Array.from({ length: 600 }, (_, index) => `r${index}`);
    const { store, written } = scriptedStore({ snapshots: [snapshot(9, ids.map(hold))] });
    const { writer } = writerOf(store);

    const settled = Promise.all(
      ids.map((reservationId) =>
        writer.submit({ kind: 'settle', reservationId, into: 'RELEASED', deadline: inSeconds(10) }),
      ),
    );
    await Promise.all([settled, writer.submit(take('buyer'))]);

    const sizes = written.map((changes) => changes.settled.length);
    expect(sizes).toEqual([250, 0, 250, 100]);
  });

  it("an administrator's change queues with the takes and shares their write", async () => {
    const ids = Array.from({ length: 300 }, (_, index) => `r${index}`);
    const { store, written } = scriptedStore({
      snapshots: [snapshot(9_999)],
      products: {
        products: new Map([['a', product(9_999)]]),
        adjustments: new Map(),
        skus: new Map(),
      },
    });
    const { writer } = writerOf(store);

    const crowd = ids.map((id) => writer.submit(take(`buyer ${id}`)));
    const results = await Promise.all([adjust('j1', -3), adjust('j2', 5)].map(writer.change));
    await Promise.all([...crowd, writer.submit(take('last'))]);

    expect(results.map((result) => result.product.available)).toEqual([9_996, 10_001]);
    expect(written.map(({ made }) => made.length)).toEqual([256, 44, 1]);
    expect(written[1]).toMatchObject({
      movements: [{ available: 2 - 44, held: 44 }],
      adjusted: [{}, {}],
    });
  });

  it('takes get the units that an adjustment of the same batch adds', async () => {
    const { store, written } = scriptedStore({
      snapshots: [snapshot(0)],
      products: { products: new Map([['a', product(0)]]), adjustments: new Map(), skus: new Map() },
    });
    const { writer } = writerOf(store);

    const outcomes = await Promise.allSettled([
      writer.submit(take('r1')),
      writer.change(adjust('j1', 2)),
      writer.submit(take('r2')),
      writer.submit(take('r3')),
    ]);

    expect(outcomes).toMatchObject([
      { status: 'fulfilled', value: { hold: { reservationId: 'r1' }, changed: true } },
      { status: 'fulfilled', value: { product: { available: 2 } } },
      { status: 'fulfilled', value: { hold: { reservationId: 'r2' } } },
      { status: 'rejected', reason: { reason: 'OUT_OF_STOCK' } },
    ]);
    expect(written).toMatchObject([{ movements: [{ available: 0, held: 2 }], made: [{}, {}] }]);
  });

  it('an adjustment is planned again when its units were taken concurrently', async () => {
    const snapshots = [product(3), product(2)];
    const { store, written } = scriptedStore({ snapshots: [snapshot(3)], writes: ['stale'] });
    const { writer } = writerOf({
      ...store,
      readProducts: async () => ({
        products: new Map([['a', snapshots.shift() ?? product(0)]]),
        adjustments: new Map(),
        skus: new Map(),
      }),
    });

    await expect(writer.change(adjust('j1', -3))).rejects.toMatchObject({
      reason: 'INSUFFICIENT_STOCK',
      metadata: { availableUnits: '2' },
    });
    expect(written).toHaveLength(1);
  });

  it('a batch of refusals writes nothing', async () => {
    const { store, written } = scriptedStore({ snapshots: [snapshot(0)] });
    const { writer } = writerOf(store);

    await expect(writer.submit(take('r1'))).rejects.toMatchObject({ reason: 'OUT_OF_STOCK' });
    expect(written).toEqual([]);
  });

  it('a hold is settled even if all its products were deleted', async () => {
    const { store, written } = scriptedStore({
      snapshots: [
        { holds: new Map([['r1', hold('r1')]]), available: new Map(), prices: new Map() },
      ],
    });
    const { writer } = writerOf(store);

    await writer.submit({
      kind: 'settle',
      reservationId: 'r1',
      into: 'RELEASED',
      deadline: inSeconds(10),
    });

    expect(written).toMatchObject([{ movements: [], settled: [{ state: 'RELEASED' }] }]);
  });

  it('batch sizes are reported per lane', async () => {
    const { store } = scriptedStore({ snapshots: [snapshot(9, [hold('r9')])] });
    const seen: string[] = [];
    const writer = createStockWriter({
      store,
      clock: createTestClock(NOW),
      backOff: async () => undefined,
      observe: {
        take: ({ size }) => seen.push(`take ${size}`),
        settle: ({ size }) => seen.push(`settle ${size}`),
      },
    });
    const deadline = inSeconds(10);

    await Promise.all([writer.submit(take('r1')), writer.submit(take('r2'))]);
    await writer.submit({ kind: 'settle', reservationId: 'r9', into: 'SOLD', deadline });
    await writer.drain();

    expect(seen).toEqual(['take 2', 'settle 1']);
  });

  it('the back-off grows with each stale write', async () => {
    const { store } = scriptedStore({
      snapshots: [snapshot(9)],
      writes: ['stale', 'stale', 'stale'],
    });
    const backOff = jest.fn(async () => undefined);
    const { writer } = writerOf(store, backOff);

    await writer.submit(take('r1'));

    expect(backOff.mock.calls).toEqual([[0], [1], [2]]);
  });

  it('a batch is planned again on a new snapshot when another instance wrote first', async () => {
    const { store, written } = scriptedStore({
      snapshots: [snapshot(1), snapshot(0)],
      writes: ['stale'],
    });
    const backOff = jest.fn(async () => undefined);
    const { writer } = writerOf(store, backOff);

    await expect(writer.submit(take('r1'))).rejects.toMatchObject({ reason: 'OUT_OF_STOCK' });
    expect(written).toHaveLength(1);
    expect(backOff.mock.calls).toEqual([[0]]);
  });

  it('a write with unknown outcome is resolved by finding its own hold', async () => {
    const { store } = scriptedStore({
      snapshots: [snapshot(1), snapshot(0, [hold('r1')])],
      writes: ['stale'],
    });
    const { writer } = writerOf(store);

    expect(await writer.submit(take('r1'))).toEqual({ hold: hold('r1'), changed: false });
  });

  it('only requests whose deadline passes drop out while a batch is retried', async () => {
    const { store } = scriptedStore({
      snapshots: [snapshot(9)],
      writes: ['stale', 'stale', 'written'],
    });
    const { clock, writer } = writerOf(store, async () => clock.advanceMs(1_000));

    const outcomes = await Promise.allSettled([
      writer.submit(take('hasty', inSeconds(2))),
      writer.submit(take('patient', inSeconds(20))),
    ]);

    expect(outcomes).toMatchObject([
      { status: 'rejected', reason: { reason: 'DEADLINE_EXCEEDED' } },
      { status: 'fulfilled', value: { changed: true } },
    ]);
  });

  it('retries end when all deadlines have passed', async () => {
    const { store } = scriptedStore({
      snapshots: [snapshot(9)],
      writes: Array.from({ length: 99 }, () => 'stale'),
    });
    const { clock, writer } = writerOf(store, async () => clock.advanceMs(1_000));

    await expect(writer.submit(take('r1'))).rejects.toMatchObject({ reason: 'DEADLINE_EXCEEDED' });
  });

  it('a store outage fails the batch, and the next batch is still written', async () => {
    let away = true;
    const { store } = scriptedStore({ snapshots: [snapshot(9)] });
    const { writer } = writerOf({
      ...store,
      read: async (requests) => {
        if (away) throw new Error('away');
        return store.read(requests);
      },
    });

    await expect(writer.submit(take('r1'))).rejects.toThrow('away');
    away = false;
    expect(await writer.submit(take('r1'))).toMatchObject({ changed: true });
  });

  it('drain finishes accepted requests and rejects new ones', async () => {
    const { store } = scriptedStore({ snapshots: [snapshot(9)] });
    const { writer } = writerOf(store);

    const taken = Promise.all([writer.submit(take('r1')), writer.submit(take('r2'))]);
    await writer.drain();

    expect(await taken).toMatchObject([{ changed: true }, { changed: true }]);
    await expect(writer.submit(take('r3'))).rejects.toMatchObject({ reason: 'SHUTTING_DOWN' });
  });
});
