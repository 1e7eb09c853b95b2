import { HoldState } from '@flashreserve/contracts/catalog';
import { newId } from '@flashreserve/ops';
import { type Catalog, refusalOf, soundStock, startCatalog } from './catalog-fixture';

let catalog: Catalog;
beforeAll(async () => {
  catalog = await startCatalog();
});
afterAll(() => catalog.stop());

const { HOLD_STATE_RELEASED, HOLD_STATE_SOLD, HOLD_STATE_UNSPECIFIED } = HoldState;

const stockOf = async (productId: string) => soundStock(await catalog.audit(productId));

const heldProduct = async (): Promise<{ productId: string; reservationId: string }> => {
  const { productId } = await catalog.newProduct(5);
  const { hold } = await catalog.take({ lines: [{ productId, quantity: 2 }] });
  return { productId, reservationId: hold.reservationId };
};

describe('RestoreStock', () => {
  it('repeated restores release the units once', async () => {
    const { productId, reservationId } = await heldProduct();

    expect(await catalog.restore([reservationId])).toEqual([
      { reservationId, state: HOLD_STATE_RELEASED, changed: true },
    ]);
    expect(await catalog.restore([reservationId])).toEqual([
      { reservationId, state: HOLD_STATE_RELEASED, changed: false },
    ]);
    expect(await stockOf(productId)).toEqual({ available: 5, held: 0, sold: 0 });
  });

  it('a restore leaves a sold hold sold', async () => {
    const { productId, reservationId } = await heldProduct();
    await catalog.commit([reservationId]);

    expect(await catalog.restore([reservationId])).toEqual([
      { reservationId, state: HOLD_STATE_SOLD, changed: false },
    ]);
    expect(await stockOf(productId)).toEqual({ available: 3, held: 0, sold: 2 });
  });

  it('a restore releases the units of every line', async () => {
    const [a, b] = [await catalog.newProduct(3), await catalog.newProduct(3)];
    const { hold } = await catalog.take({
      lines: [
        { productId: a.productId, quantity: 3 },
        { productId: b.productId, quantity: 1 },
      ],
    });

    await catalog.restore([hold.reservationId]);

    expect(await stockOf(a.productId)).toEqual({ available: 3, held: 0, sold: 0 });
    expect(await stockOf(b.productId)).toEqual({ available: 3, held: 0, sold: 0 });
  });

  it('restored units of a sold-out product are available to the next customer', async () => {
    const { productId } = await catalog.newProduct(1);
    const lines = [{ productId, quantity: 1 }];
    const { hold } = await catalog.take({ lines });
    expect((await refusalOf(catalog.take({ lines }))).reason).toBe('OUT_OF_STOCK');

    await catalog.restore([hold.reservationId]);

    expect((await catalog.take({ lines })).replayed).toBe(false);
  });
});

describe('CommitStock', () => {
  it('repeated commits sell the units once', async () => {
    const { productId, reservationId } = await heldProduct();

    expect(await catalog.commit([reservationId])).toEqual([
      { reservationId, state: HOLD_STATE_SOLD, changed: true },
    ]);
    expect(await catalog.commit([reservationId])).toEqual([
      { reservationId, state: HOLD_STATE_SOLD, changed: false },
    ]);
    expect(await stockOf(productId)).toEqual({ available: 3, held: 0, sold: 2 });
  });

  it('a commit after a restore changes nothing', async () => {
    const { productId, reservationId } = await heldProduct();
    await catalog.restore([reservationId]);

    expect(await catalog.commit([reservationId])).toEqual([
      { reservationId, state: HOLD_STATE_RELEASED, changed: false },
    ]);
    expect(await stockOf(productId)).toEqual({ available: 5, held: 0, sold: 0 });
  });
});

describe.each(['restoreStock', 'commitStock'] as const)('%s', (method) => {
  const settle = (reservationIds: string[]) => catalog.call(method, { reservationIds });

  it('each distinct id gets one settlement, in request order, including unknown ids', async () => {
    const [first, second] = [await heldProduct(), await heldProduct()];
    const unknown = newId();

    const { settlements } = await settle([
      second.reservationId,
      unknown,
      first.reservationId,
      second.reservationId,
    ]);

    expect(settlements.map(({ reservationId }) => reservationId)).toEqual([
      second.reservationId,
      unknown,
      first.reservationId,
    ]);
    expect(settlements.map(({ changed }) => changed)).toEqual([true, false, true]);
    expect(settlements[1]?.state).toBe(HOLD_STATE_UNSPECIFIED);
    await stockOf(first.productId);
  });

  it('one call settles 500 holds', async () => {
    const { productId } = await catalog.newProduct(500);
    const holds = await Promise.all(
      Array.from({ length: 500 }, () => catalog.take({ lines: [{ productId, quantity: 1 }] })),
    );

    const { settlements } = await settle(holds.map(({ hold }) => hold.reservationId));

    expect(settlements.filter(({ changed }) => changed)).toHaveLength(500);
    const { available, held, sold } = await stockOf(productId);
    expect([available + sold, held]).toEqual([500, 0]);
  });

  it.each([
    ['no ids', 'reservation_ids', []],
    ['more than 500 ids', 'reservation_ids', Array.from({ length: 501 }, newId)],
    ['an id that is not a UUID', 'reservation_ids[1]', [newId(), 'r-1']],
  ])('a settlement of %s is refused', async (_name, field, reservationIds) => {
    expect(await refusalOf(settle(reservationIds))).toMatchObject({
      reason: 'INVALID_REQUEST',
      fieldViolations: [expect.objectContaining({ field })],
    });
  });

  it('a deleted product does not prevent settling its holds or others', async () => {
    const [gone, kept] = [await catalog.newProduct(2), await catalog.newProduct(2)];
    const { hold } = await catalog.take({
      lines: [
        { productId: gone.productId, quantity: 1 },
        { productId: kept.productId, quantity: 1 },
      ],
    });
    const neighbour = await heldProduct();
    await catalog.collection('products').deleteOne({ _id: gone.productId });

    const { settlements } = await settle([hold.reservationId, neighbour.reservationId]);

    expect(settlements.map(({ changed }) => changed)).toEqual([true, true]);
    expect((await stockOf(kept.productId)).held).toBe(0);
    expect((await stockOf(neighbour.productId)).held).toBe(0);
  });
});
