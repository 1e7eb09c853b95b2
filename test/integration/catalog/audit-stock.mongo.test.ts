import { newId } from '@flashreserve/ops';
import { type Catalog, given, refusalOf, startCatalog } from './catalog-fixture';

let catalog: Catalog;
beforeAll(async () => {
  catalog = await startCatalog({ instances: 2 });
});
afterAll(() => catalog.stop());

const audit = (query: {
  readonly productIds?: string[];
  readonly pageSize?: number;
  readonly pageToken?: string;
}) => catalog.call('auditStock', { productIds: [], pageSize: 0, pageToken: '', ...query });

/** A product with available, held, sold and released units and an adjustment. */
const busyProduct = async (): Promise<{ productId: string; heldId: string }> => {
  const { productId } = await catalog.newProduct(20);
  const take = async (quantity: number) =>
    (await catalog.take({ lines: [{ productId, quantity }] })).hold.reservationId;
  const [heldId, sold, released] = [await take(2), await take(3), await take(4)];
  await catalog.commit([sold]);
  await catalog.restore([released]);
  await catalog.call('adjustStock', { productId, delta: 5, reason: 'count', requestId: '' });
  return { productId, heldId };
};

describe('AuditStock', () => {
  it('stocked, held and sold units are summed and found consistent', async () => {
    const { productId } = await busyProduct();

    expect(await catalog.audit(productId)).toEqual({
      productId,
      stockedUnits: 25,
      availableUnits: 20,
      heldUnits: 2,
      soldUnits: 3,
      heldUnitsInHolds: 2,
      soldUnitsInHolds: 3,
      writtenOffUnits: 0,
      writtenOffUnitsInHolds: 0,
      consistent: true,
    });
  });

  it.each<[string, (productId: string, heldId: string) => Promise<unknown>]>([
    [
      'a unit vanished from the counter',
      (_id) => catalog.collection('products').updateOne({ _id }, { $inc: { available: -1 } }),
    ],
    [
      'a unit was sold twice',
      (_id) =>
        catalog.collection('products').updateOne({ _id }, { $inc: { available: 1, held: -1 } }),
    ],
    ['a hold was deleted', (_product, _id) => catalog.collection('holds').deleteOne({ _id })],
    [
      'a hold was settled without its stock',
      (_product, _id) =>
        catalog.collection('holds').updateOne({ _id }, { $set: { state: 'RELEASED' } }),
    ],
    [
      'an adjustment was deleted',
      (productId) => catalog.collection('stock_adjustments').deleteMany({ productId } as object),
    ],
  ])('the audit detects that %s', async (_name, plant) => {
    const { productId, heldId } = await busyProduct();
    const sound = await busyProduct();

    await plant(productId, heldId);

    expect((await catalog.audit(productId)).consistent).toBe(false);
    expect((await catalog.audit(sound.productId)).consistent).toBe(true);
  });

  it('of a hold with several products, only the lines of the audited product count', async () => {
    const [a, b] = [await catalog.newProduct(9), await catalog.newProduct(9)];
    await catalog.take({
      lines: [
        { productId: a.productId, quantity: 2 },
        { productId: b.productId, quantity: 5 },
      ],
    });

    expect((await catalog.audit(a.productId)).heldUnitsInHolds).toBe(2);
    expect((await catalog.audit(b.productId)).heldUnitsInHolds).toBe(5);
  });

  it('the audit stays consistent while stock is changing', async () => {
    const { productId } = await catalog.newProduct(1_000);
    let selling = true;
    const sell = async (instance: number): Promise<void> => {
      while (selling) {
        const lines = [{ productId, quantity: 1 }];
        const { hold } = await catalog.take({ lines }, { instance });
        await catalog.restore([hold.reservationId], { instance: 1 - instance });
      }
    };

    const sellers = Promise.all([sell(0), sell(1), sell(0), sell(1)]);
    const verdicts: boolean[] = [];
    for (let round = 0; round < 15; round += 1) {
      verdicts.push((await catalog.audit(productId)).consistent);
    }
    selling = false;
    await sellers;

    expect(new Set(verdicts)).toEqual(new Set([true]));
  });

  it('all products are audited once, across pages', async () => {
    const made = await Promise.all(Array.from({ length: 7 }, () => catalog.newProduct(1)));

    const audited: string[] = [];
    let pageToken = '';
    do {
      const page = await audit({ pageSize: 3, pageToken });
      expect(page.audits.length).toBeLessThanOrEqual(3);
      audited.push(...page.audits.map(({ productId }) => productId));
      pageToken = page.nextPageToken;
    } while (pageToken !== '');

    expect(audited).toEqual([...new Set(audited)].sort());
    expect(audited).toEqual(expect.arrayContaining(made.map(({ productId }) => productId)));
    expect(audited).toHaveLength(await catalog.collection('products').countDocuments());
  });

  it('only the named products are audited, and unknown ones are omitted', async () => {
    const [a, b] = [await catalog.newProduct(1), await catalog.newProduct(2)];

    const { audits, nextPageToken } = await audit({
      productIds: [b.productId, newId(), a.productId, a.productId],
    });

    expect(audits.map(({ productId }) => productId)).toEqual([a.productId, b.productId].sort());
    expect(nextPageToken).toBe('');
  });

  it('invalid page tokens and those of other products are refused', async () => {
    const [a, b] = [await catalog.newProduct(1), await catalog.newProduct(1)];
    const productIds = [a.productId, b.productId];
    const { nextPageToken: pageToken } = await audit({ productIds, pageSize: 1 });

    expect(given((await audit({ productIds, pageSize: 1, pageToken })).audits[0])).toMatchObject({
      productId: productIds.sort()[1],
    });
    for (const wrong of [{ pageToken: 'x' }, { pageToken }, { pageToken, productIds: [newId()] }]) {
      expect((await refusalOf(audit(wrong))).reason).toBe('INVALID_PAGE_TOKEN');
    }
  });

  it.each([
    ['101 products', 'product_ids', { productIds: Array.from({ length: 101 }, newId) }],
    ['an id that is not a UUID', 'product_ids[0]', { productIds: ['x'] }],
    ['a negative page size', 'page_size', { pageSize: -1 }],
  ])('an audit request with %s is refused', async (_name, field, query) => {
    expect(await refusalOf(audit(query))).toMatchObject({
      reason: 'INVALID_REQUEST',
      fieldViolations: [expect.objectContaining({ field })],
    });
  });
});
