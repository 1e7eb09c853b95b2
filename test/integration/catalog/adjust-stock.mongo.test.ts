import { newId } from '@flashreserve/ops';
import {
  type Catalog,
  countOutcomes,
  given,
  refusalOf,
  soundStock,
  startCatalog,
} from './catalog-fixture';

let catalog: Catalog;
beforeAll(async () => {
  catalog = await startCatalog({ instances: 2 });
});
afterAll(() => catalog.stop());

interface Adjustment {
  readonly productId: string;
  readonly delta: number;
  readonly reason?: string;
  readonly requestId?: string;
}

const adjust = (adjustment: Adjustment, instance = 0) =>
  catalog.call('adjustStock', { reason: 'count', requestId: '', ...adjustment }, { instance });

describe('AdjustStock', () => {
  it('adjustments add and remove units and are recorded', async () => {
    const { productId } = await catalog.newProduct(10);

    const added = await adjust({ productId, delta: 5, reason: 'delivery' });
    const taken = await adjust({ productId, delta: -12 });

    expect(added.adjustment).toMatchObject({ productId, delta: 5, reason: 'delivery' });
    expect(added.product?.availableUnits).toBe(15);
    expect(taken.product?.availableUnits).toBe(3);
    expect(await catalog.audit(productId)).toMatchObject({ stockedUnits: 3, consistent: true });
    const records = catalog.collection('stock_adjustments').find({ productId } as object);
    expect(await records.toArray()).toMatchObject([
      { delta: 5, reason: 'delivery', createdBy: 'admin' },
      { delta: -12, reason: 'count', createdBy: 'admin' },
    ]);
  });

  it('an adjustment never removes held or sold units', async () => {
    const { productId } = await catalog.newProduct(10);
    const { hold } = await catalog.take({ lines: [{ productId, quantity: 4 }] });
    await catalog.take({ lines: [{ productId, quantity: 3 }] });
    await catalog.commit([hold.reservationId]);

    expect(await refusalOf(adjust({ productId, delta: -4 }))).toMatchObject({
      kind: 'precondition',
      reason: 'INSUFFICIENT_STOCK',
      metadata: { productId, availableUnits: '3' },
    });
    expect((await adjust({ productId, delta: -3 })).product).toMatchObject({
      availableUnits: 0,
      heldUnits: 3,
      soldUnits: 4,
    });
    await catalog.audit(productId);
  });

  it('stock never goes negative when two instances race to remove the same units', async () => {
    const { productId } = await catalog.newProduct(10);

    const outcomes = await countOutcomes(
      Array.from({ length: 20 }, (_, index) => adjust({ productId, delta: -3 }, index % 2)),
    );

    expect(outcomes).toEqual({ ok: 3, INSUFFICIENT_STOCK: 17 });
    expect(soundStock(await catalog.audit(productId)).available).toBe(1);
  });

  it('stock never goes negative when buyers race with removals', async () => {
    const { productId } = await catalog.newProduct(40);
    const lines = [{ productId, quantity: 1 }];

    const [bought, taken] = await Promise.all([
      countOutcomes(
        Array.from({ length: 40 }, (_, index) => catalog.take({ lines }, { instance: index % 2 })),
      ),
      countOutcomes(
        Array.from({ length: 8 }, (_, index) => adjust({ productId, delta: -5 }, index % 2)),
      ),
    ]);

    const { available, held } = soundStock(await catalog.audit(productId));
    expect(held).toBe(bought['ok']);
    expect(available).toBe(40 - (bought['ok'] ?? 0) - 5 * (taken['ok'] ?? 0));
  });

  it('500 concurrent adjustments of one product all succeed within their deadlines', async () => {
    const { productId } = await catalog.newProduct(0);
    // Ensures that both instances have auth's keys and a connection before the burst.
    for (const instance of [0, 1]) await catalog.call('getProduct', { productId }, { instance });

    const outcomes = await countOutcomes(
      Array.from({ length: 500 }, (_, index) => adjust({ productId, delta: 2 }, index % 2)),
    );

    expect(outcomes).toEqual({ ok: 500 });
    expect(await catalog.audit(productId)).toMatchObject({
      stockedUnits: 1_000,
      availableUnits: 1_000,
      consistent: true,
    });
  });

  it('adjustments are not starved by a rush of takes and commits', async () => {
    const { productId } = await catalog.newProduct(2_000);
    const lines = [{ productId, quantity: 1 }];
    let rush = true;
    let sold = 0;
    const buy = async (instance: number): Promise<void> => {
      while (rush) {
        const { hold } = await catalog.take({ lines }, { instance });
        await catalog.commit([hold.reservationId], { instance });
        sold += 1;
      }
    };
    const buyers = Array.from({ length: 120 }, (_, index) => buy(index % 2));

    const outcomes: Record<string, number>[] = [];
    for (let round = 0; round < 10; round += 1) {
      const adjustments = [0, 1, 2, 3].map((one) => adjust({ productId, delta: 120 }, one % 2));
      outcomes.push(await countOutcomes(adjustments));
    }
    rush = false;
    await Promise.all(buyers);

    expect(outcomes).toEqual(outcomes.map(() => ({ ok: 4 })));
    expect(soundStock(await catalog.audit(productId))).toEqual({
      available: 2_000 + 40 * 120 - sold,
      held: 0,
      sold,
    });
  });

  it('all units ever stocked count towards the limit of 1,000,000,000', async () => {
    const { productId } = await catalog.newProduct(999_999_990);
    const { hold } = await catalog.take({ lines: [{ productId, quantity: 90 }] });
    await catalog.commit([hold.reservationId]);

    expect(await refusalOf(adjust({ productId, delta: 11 }))).toMatchObject({
      kind: 'precondition',
      reason: 'STOCK_LIMIT_EXCEEDED',
    });
    expect((await adjust({ productId, delta: 10 })).product?.availableUnits).toBe(999_999_910);
    expect((await catalog.audit(productId)).consistent).toBe(true);
  });

  it('the limit holds when two instances race to add the last units', async () => {
    const { productId } = await catalog.newProduct(999_999_990);

    const outcomes = await countOutcomes(
      Array.from({ length: 20 }, (_, index) => adjust({ productId, delta: 1 }, index % 2)),
    );

    expect(outcomes).toEqual({ ok: 10, STOCK_LIMIT_EXCEEDED: 10 });
    expect((await catalog.audit(productId)).stockedUnits).toBe(1_000_000_000);
  });

  it('a retry with the same request id changes nothing and returns the first adjustment', async () => {
    const { productId } = await catalog.newProduct(10);
    const requestId = newId();
    const first = await adjust({ productId, delta: 5, requestId });

    const repeat = await adjust({ productId, delta: 5, requestId: requestId.toUpperCase() }, 1);

    expect(repeat).toEqual(first);
    expect(soundStock(await catalog.audit(productId)).available).toBe(15);
  });

  it('20 concurrent retries create one adjustment', async () => {
    const { productId } = await catalog.newProduct(10);
    const requestId = newId();

    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        adjust({ productId, delta: 5, requestId }, index % 2),
      ),
    );

    expect(new Set(answers.map(({ adjustment }) => given(adjustment).adjustmentId)).size).toBe(1);
    expect(soundStock(await catalog.audit(productId)).available).toBe(15);
  });

  it.each([
    ['delta', { delta: 6 }],
    ['reason', { reason: 'theft' }],
  ])('a request id reused with another %s is refused', async (_field, difference) => {
    const { productId } = await catalog.newProduct(10);
    const requestId = newId();
    await adjust({ productId, delta: 5, requestId });

    expect(
      await refusalOf(adjust({ productId, delta: 5, requestId, ...difference })),
    ).toMatchObject({ kind: 'conflict', reason: 'REQUEST_ID_REUSED' });
    expect(soundStock(await catalog.audit(productId)).available).toBe(15);
  });

  it('a request id reused for another product is refused', async () => {
    const [a, b] = [await catalog.newProduct(10), await catalog.newProduct(10)];
    const requestId = newId();
    await adjust({ productId: a.productId, delta: 5, requestId });

    const again = adjust({ productId: b.productId, delta: 5, requestId });

    expect((await refusalOf(again)).reason).toBe('REQUEST_ID_REUSED');
    expect(soundStock(await catalog.audit(b.productId)).available).toBe(10);
  });

  it('an unknown product is named in the error', async () => {
    const productId = newId();

    expect(await refusalOf(adjust({ productId, delta: 1 }))).toMatchObject({
      kind: 'not-found',
      reason: 'PRODUCT_NOT_FOUND',
      metadata: { productId },
    });
  });

  it.each<[string, string, Partial<Adjustment>]>([
    ['a delta of 0', 'delta', { delta: 0 }],
    ['a delta above 1,000,000,000', 'delta', { delta: 1_000_000_001 }],
    ['a delta below -1,000,000,000', 'delta', { delta: -1_000_000_001 }],
    ['no reason', 'reason', { reason: '  ' }],
    ['a reason of 201 characters', 'reason', { reason: 'x'.repeat(201) }],
    ['a request id that is not a UUID', 'request_id', { requestId: 'again' }],
    ['a product id that is not a UUID', 'product_id', { productId: 'x' }],
  ])('an adjustment with %s is refused', async (_name, field, input) => {
    expect(await refusalOf(adjust({ productId: newId(), delta: 1, ...input }))).toMatchObject({
      reason: 'INVALID_REQUEST',
      fieldViolations: [expect.objectContaining({ field })],
    });
  });
});
