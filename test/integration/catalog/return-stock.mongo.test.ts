import { newId } from '@flashreserve/ops';
import {
  type Catalog,
  countOutcomes,
  refusalOf,
  soundStock,
  startCatalog,
} from './catalog-fixture';

// Goal: of each line of a sold hold, never more units come back than were sold, each return once,
// and the counters stay exact. Method: two instances on real stores.

const CONCURRENT = 50;

let catalog: Catalog;
beforeAll(async () => {
  catalog = await startCatalog({ instances: 2 });
});
afterAll(() => catalog.stop());

const stockOf = async (productId: string) => soundStock(await catalog.audit(productId));

const hold = async (stock: number, quantity: number) => {
  const { productId } = await catalog.newProduct(stock);
  const taken = await catalog.take({ lines: [{ productId, quantity }] });
  return { productId, reservationId: taken.hold.reservationId };
};

const sell = async (stock: number, quantity: number) => {
  const one = await hold(stock, quantity);
  await catalog.commit([one.reservationId]);
  return one;
};

const ledgerOf = async (productId: string) => {
  const rows = await catalog
    .collection('stock_ledger')
    .aggregate<{ readonly returned: number; readonly writtenOff: number }>([
      { $match: { productId } },
      {
        $group: {
          _id: null,
          returned: { $sum: '$returned' },
          writtenOff: { $sum: '$writtenOff' },
        },
      },
    ])
    .toArray();
  return rows.map(({ returned, writtenOff }) => ({ returned, writtenOff }));
};

describe('ReturnStock', () => {
  it('puts units on sale again, or writes them off, with an entry in hold and ledger', async () => {
    const { productId, reservationId } = await sell(5, 4);

    await catalog.giveBack({ reservationId, lines: [{ productId, quantity: 1 }] });
    await catalog.giveBack({
      reservationId,
      lines: [{ productId, quantity: 2 }],
      writeOff: true,
      reason: 'broken',
    });

    expect(await stockOf(productId)).toEqual({ available: 2, held: 0, sold: 1, writtenOff: 2 });
    expect((await catalog.product(productId)).writtenOffUnits).toBe(2);
    expect(await ledgerOf(productId)).toEqual([{ returned: 3, writtenOff: 2 }]);
    const stored = await catalog.collection('holds').findOne({ _id: reservationId });
    expect(stored).toMatchObject({
      state: 'SOLD',
      returns: [
        { lines: [{ productId, quantity: 1 }], writeOff: false, reason: 'too small' },
        { lines: [{ productId, quantity: 2 }], writeOff: true, reason: 'broken' },
      ],
    });
  });

  it('units that are on sale again can be taken by the next customer, and those written off cannot', async () => {
    const { productId, reservationId } = await sell(2, 2);
    const lines = [{ productId, quantity: 1 }];

    await catalog.giveBack({ reservationId, lines, writeOff: true });
    expect((await refusalOf(catalog.take({ lines }))).reason).toBe('OUT_OF_STOCK');

    await catalog.giveBack({ reservationId, lines });
    expect((await catalog.take({ lines })).replayed).toBe(false);
  });

  it('the same return, 50 times at once on two instances, brings the units back once', async () => {
    const { productId, reservationId } = await sell(10, 10);
    const input = { reservationId, lines: [{ productId, quantity: 1 }], returnId: newId() };

    const responses = await Promise.all(
      Array.from({ length: CONCURRENT }, (_, index) =>
        catalog.giveBack(input, { instance: index % 2 }),
      ),
    );

    expect(responses.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(await stockOf(productId)).toEqual({ available: 1, held: 0, sold: 9 });
  });

  it('of 50 returns at once on two instances, no more succeed than units were sold', async () => {
    const { productId, reservationId } = await sell(20, 20);

    const outcomes = await countOutcomes(
      Array.from({ length: CONCURRENT }, (_, index) =>
        catalog.giveBack(
          { reservationId, lines: [{ productId, quantity: 1 }], writeOff: index % 3 === 0 },
          { instance: index % 2 },
        ),
      ),
    );

    expect(outcomes).toEqual({ ok: 20, RETURN_EXCEEDS_UNITS: 30 });
    expect(await stockOf(productId)).toMatchObject({ held: 0, sold: 0 });
  });

  it('returns among takes and adjustments of the same product leave every counter exact', async () => {
    const { productId, reservationId } = await sell(40, 20);
    const calls = Array.from({ length: 20 }, (_, index) => [
      catalog.giveBack(
        { reservationId, lines: [{ productId, quantity: 1 }], writeOff: index % 2 === 0 },
        { instance: index % 2 },
      ),
      catalog.take({ lines: [{ productId, quantity: 1 }] }, { instance: (index + 1) % 2 }),
      catalog.call(
        'adjustStock',
        { productId, delta: 1, reason: 'delivery', requestId: newId() },
        { instance: index % 2 },
      ),
    ]).flat();

    expect(await countOutcomes(calls)).toEqual({ ok: 60 });
    expect(await stockOf(productId)).toEqual({ available: 30, held: 20, sold: 0, writtenOff: 10 });
  });

  it('more units than are left, and units of another product, are refused with the number that is left', async () => {
    const { productId, reservationId } = await sell(5, 3);
    const { productId: other } = await catalog.newProduct(1);
    await catalog.giveBack({ reservationId, lines: [{ productId, quantity: 2 }] });
    const ask = (id: string, quantity: number) =>
      refusalOf(catalog.giveBack({ reservationId, lines: [{ productId: id, quantity }] }));

    expect(await ask(productId, 2)).toMatchObject({
      kind: 'precondition',
      reason: 'RETURN_EXCEEDS_UNITS',
      metadata: { productId, returnableUnits: '1' },
    });
    expect(await ask(other, 1)).toMatchObject({ metadata: { returnableUnits: '0' } });
    expect(await stockOf(productId)).toEqual({ available: 4, held: 0, sold: 1 });
  });

  it('the id of a return with another content is refused', async () => {
    const { productId, reservationId } = await sell(5, 3);
    const input = { reservationId, lines: [{ productId, quantity: 1 }], returnId: newId() };
    await catalog.giveBack(input);

    for (const change of [
      { lines: [{ productId, quantity: 2 }] },
      { writeOff: true },
      { reason: 'another' },
    ]) {
      const { kind, reason } = await refusalOf(catalog.giveBack({ ...input, ...change }));
      expect([kind, reason]).toEqual(['conflict', 'IDEMPOTENCY_KEY_REUSED']);
    }
  });

  it('a hold that is held, released or missing has no units to return', async () => {
    const held = await hold(1, 1);
    const released = await hold(1, 1);
    await catalog.restore([released.reservationId]);
    const missing = { ...held, reservationId: newId() };

    const states = [];
    for (const { productId, reservationId } of [held, released, missing]) {
      const lines = [{ productId, quantity: 1 }];
      const { reason, metadata } = await refusalOf(catalog.giveBack({ reservationId, lines }));
      states.push([reason, metadata?.['state']]);
    }

    expect(states).toEqual([
      ['HOLD_NOT_SOLD', 'HELD'],
      ['HOLD_NOT_SOLD', 'RELEASED'],
      ['HOLD_NOT_SOLD', 'missing'],
    ]);
    expect(await stockOf(held.productId)).toEqual({ available: 0, held: 1, sold: 0 });
  });

  it('a hold has at most 100 returns', async () => {
    const { productId, reservationId } = await sell(100, 100);
    const { productId: second } = await catalog.newProduct(100);
    const both = await catalog.take({
      lines: [
        { productId: second, quantity: 100 },
        { productId: (await catalog.newProduct(1)).productId, quantity: 1 },
      ],
    });
    await catalog.commit([both.hold.reservationId]);
    const lines = [{ productId: second, quantity: 1 }];
    const giveBack = () => catalog.giveBack({ reservationId: both.hold.reservationId, lines });
    expect(await countOutcomes(Array.from({ length: 100 }, giveBack))).toEqual({ ok: 100 });

    const { reason } = await refusalOf(giveBack());

    expect(reason).toBe('RETURNS_LIMITED');
    expect(await stockOf(second)).toEqual({ available: 100, held: 0, sold: 0 });
    expect(await stockOf(productId)).toEqual({ available: 0, held: 0, sold: 100 });
    await catalog.giveBack({ reservationId, lines: [{ productId, quantity: 1 }] });
  });
});
