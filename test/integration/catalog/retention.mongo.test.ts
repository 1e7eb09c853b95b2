import { daysBefore } from '@flashreserve/ops';
import { eventually } from '../../support/eventually';
import { type Catalog, soundStock, startCatalog } from './catalog-fixture';

const WAIT_MS = 20_000;
/** RETENTION_DAYS is 30 here, and a sold hold is kept a week longer. */
const OLD = { released: 8, folded: 38 } as const;
const YOUNG = { released: 6, folded: 36 } as const;

let catalog: Catalog;
beforeAll(async () => {
  catalog = await startCatalog({
    instances: 2,
    env: { RETENTION_INTERVAL_SECONDS: '1', RETENTION_DAYS: '30', IDEMPOTENCY_DAYS: '7' },
  });
});
afterAll(() => catalog.stop());

const daysAgo = (days: number): Date => daysBefore(new Date(), days);
const holdOf = (_id: string) => catalog.collection('holds').findOne({ _id });
const setHold = (_id: string, fields: object) =>
  catalog.collection('holds').updateOne({ _id }, { $set: fields });

const take = async (productId: string, quantity = 1): Promise<string> =>
  (await catalog.take({ lines: [{ productId, quantity }] })).hold.reservationId;

const sell = async (productId: string, quantity = 1): Promise<string> => {
  const id = await take(productId, quantity);
  await catalog.commit([id]);
  return id;
};

const release = async (productId: string): Promise<string> => {
  const id = await take(productId);
  await catalog.restore([id]);
  return id;
};

const waitUntilFolded = (ids: readonly string[]): Promise<void> =>
  eventually(async () => {
    for (const id of ids) expect(await holdOf(id)).toHaveProperty('foldedAt');
  }, WAIT_MS);

const waitUntilGone = (id: string): Promise<void> =>
  eventually(async () => expect(await holdOf(id)).toBeNull(), WAIT_MS);

describe('retention in catalog', () => {
  it('two instances fold sold holds once each, and every audit meanwhile finds the stock consistent', async () => {
    const { productId } = await catalog.newProduct(700);
    const sold: string[] = [];
    for (let round = 0; round < 12; round += 1) {
      sold.push(...(await Promise.all(Array.from({ length: 50 }, () => take(productId)))));
    }
    await catalog.commit(sold.slice(0, 250));
    await catalog.commit(sold.slice(250, 500));
    await catalog.commit(sold.slice(500));
    await eventually(async () => {
      // Throws when the sums differ from the counters.
      expect(soundStock(await catalog.audit(productId))).toEqual({
        available: 100,
        held: 0,
        sold: 600,
      });
      const rows = await catalog
        .collection('stock_ledger')
        .aggregate<{ readonly sold: number }>([
          { $match: { productId } },
          { $group: { _id: null, sold: { $sum: '$sold' } } },
        ])
        .toArray();
      expect(rows.map(({ sold: units }) => units)).toEqual([600]);
    }, WAIT_MS);
    await waitUntilFolded(sold.slice(0, 10));
  });

  it('units come back from holds before, while and after they are folded, and the stock stays exact', async () => {
    const { productId } = await catalog.newProduct(400);
    const sold = await Promise.all(Array.from({ length: 40 }, () => take(productId, 10)));
    await catalog.commit(sold);
    const giveBack = (reservationId: string, writeOff: boolean) =>
      catalog.giveBack({ reservationId, lines: [{ productId, quantity: 1 }], writeOff });
    const audit = async () => soundStock(await catalog.audit(productId));
    await Promise.all(sold.map((id) => giveBack(id, false)));
    expect(await audit()).toEqual({ available: 40, held: 0, sold: 360 });
    await waitUntilFolded(sold);
    expect(await audit()).toEqual({ available: 40, held: 0, sold: 360 });
    await Promise.all(sold.map((id) => giveBack(id, true)));
    expect(await audit()).toEqual({ available: 40, held: 0, sold: 320, writtenOff: 40 });

    // Its units stay in the ledger when the hold is gone.
    const [old = ''] = sold;
    await setHold(old, { foldedAt: daysAgo(OLD.folded) });
    await waitUntilGone(old);
    expect(await audit()).toEqual({ available: 40, held: 0, sold: 320, writtenOff: 40 });
  });

  it('units are counted under the day of their sale', async () => {
    const { productId } = await catalog.newProduct(5);
    const id = await take(productId, 3);
    const settledAt = new Date('2026-02-03T23:59:59.999Z');
    // As a sale of that day left it, without waiting for it to be folded under today's.
    await catalog
      .collection('products')
      .updateOne({ _id: productId }, { $inc: { held: -3, sold: 3 } });
    await setHold(id, { state: 'SOLD', settledAt, unfolded: true });
    await waitUntilFolded([id]);

    const rows = await catalog.collection('stock_ledger').find({ productId }).toArray();
    expect(rows).toEqual([
      { _id: `${productId}:2026-02-03`, productId, day: new Date('2026-02-03'), sold: 3 },
    ]);
  });

  it('old released and folded holds are deleted, younger and held ones are kept, and the stock stays exact', async () => {
    const { productId } = await catalog.newProduct(20);
    const [oldReleased, youngReleased] = [await release(productId), await release(productId)];
    const [oldSold, youngSold] = [await sell(productId, 2), await sell(productId, 3)];
    const held = await take(productId, 4);
    await waitUntilFolded([oldSold, youngSold]);
    await setHold(youngReleased, {
      expireTime: daysAgo(YOUNG.released),
      settledAt: daysAgo(YOUNG.released),
    });
    await setHold(youngSold, { foldedAt: daysAgo(YOUNG.folded) });
    await setHold(held, { expireTime: daysAgo(500) });
    await setHold(oldReleased, {
      expireTime: daysAgo(OLD.released),
      settledAt: daysAgo(OLD.released),
    });
    await setHold(oldSold, { foldedAt: daysAgo(OLD.folded) });

    await waitUntilGone(oldReleased);
    await waitUntilGone(oldSold);

    for (const id of [youngReleased, youngSold, held]) expect(await holdOf(id)).not.toBeNull();
    expect(soundStock(await catalog.audit(productId))).toEqual({ available: 11, held: 4, sold: 5 });
  });

  it('a retry of CreateProduct within the window finds its product, and the record of an older one is deleted', async () => {
    const creations = catalog.collection('product_creations');
    await Promise.all([catalog.newProduct(1), catalog.newProduct(1)]);
    const [old, young] = await creations.find().limit(2).toArray();
    await creations.updateOne({ _id: String(young?._id) }, { $set: { createdAt: daysAgo(6) } });
    await creations.updateOne({ _id: String(old?._id) }, { $set: { createdAt: daysAgo(8) } });

    await eventually(
      async () => expect(await creations.findOne({ _id: String(old?._id) })).toBeNull(),
      WAIT_MS,
    );
    expect(await creations.findOne({ _id: String(young?._id) })).not.toBeNull();
  });
});
