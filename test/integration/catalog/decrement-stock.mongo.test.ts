import { HoldState } from '@flashreserve/contracts/catalog';
import { newId } from '@flashreserve/ops';
import {
  type Catalog,
  CUSTOMER,
  inMs,
  refusalOf,
  soundStock,
  startCatalog,
  type TakeInput,
} from './catalog-fixture';

let catalog: Catalog;
beforeAll(async () => {
  catalog = await startCatalog();
});
afterAll(() => catalog.stop());

const stockOf = async (productId: string) => soundStock(await catalog.audit(productId));

describe('DecrementStock', () => {
  it('the units of all lines move into one hold', async () => {
    const [a, b] = [await catalog.newProduct(5), await catalog.newProduct(5)];
    const reservationId = newId();
    const expireTime = inMs(600_000);

    const { hold, replayed } = await catalog.take({
      reservationId,
      expireTime,
      lines: [
        { productId: b.productId, quantity: 1 },
        { productId: a.productId, quantity: 2 },
      ],
    });

    expect(replayed).toBe(false);
    expect(hold).toMatchObject({
      reservationId,
      customerId: CUSTOMER,
      lines: [
        { productId: a.productId, quantity: 2 },
        { productId: b.productId, quantity: 1 },
      ],
      state: HoldState.HOLD_STATE_HELD,
      expireTime,
    });
    expect(await stockOf(a.productId)).toEqual({ available: 3, held: 2, sold: 0 });
    expect(await stockOf(b.productId)).toEqual({ available: 4, held: 1, sold: 0 });
  });

  it('a request for two units takes nothing when one is left', async () => {
    const { productId } = await catalog.newProduct(1);

    expect(await refusalOf(catalog.take({ lines: [{ productId, quantity: 2 }] }))).toMatchObject({
      kind: 'precondition',
      reason: 'OUT_OF_STOCK',
      domain: 'catalog.flashreserve',
      metadata: { productId, requestedUnits: '2' },
    });
    expect(await stockOf(productId)).toEqual({ available: 1, held: 0, sold: 0 });
  });

  it('a cart with a sold-out line takes nothing', async () => {
    const [full, empty] = [await catalog.newProduct(5), await catalog.newProduct(0)];
    const lines = [
      { productId: full.productId, quantity: 1 },
      { productId: empty.productId, quantity: 1 },
    ];

    expect(await refusalOf(catalog.take({ lines }))).toMatchObject({
      reason: 'OUT_OF_STOCK',
      metadata: { productId: empty.productId, requestedUnits: '1' },
    });
    expect(await stockOf(full.productId)).toEqual({ available: 5, held: 0, sold: 0 });
  });

  it('lines of the same product are merged', async () => {
    const { productId } = await catalog.newProduct(5);
    const line = (quantity: number) => ({ productId, quantity });

    const { hold } = await catalog.take({ lines: [line(1), line(3)] });

    expect(hold.lines).toMatchObject([line(4)]);
    expect(await refusalOf(catalog.take({ lines: [line(1), line(1)] }))).toMatchObject({
      reason: 'OUT_OF_STOCK',
      metadata: { requestedUnits: '2' },
    });
    expect(await stockOf(productId)).toEqual({ available: 1, held: 4, sold: 0 });
  });

  it('a retry returns the first hold and takes nothing more', async () => {
    const { productId } = await catalog.newProduct(5);
    const first = await catalog.take({ lines: [{ productId, quantity: 2 }] });

    const repeat = await catalog.take({
      reservationId: first.hold.reservationId,
      expireTime: inMs(900_000),
      lines: [
        { productId, quantity: 1 },
        { productId, quantity: 1 },
      ],
    });

    expect(repeat).toEqual({ hold: first.hold, replayed: true });
    expect(await stockOf(productId)).toEqual({ available: 3, held: 2, sold: 0 });
  });

  it('a late retry returns the hold in its current state, even after the product sold out', async () => {
    const { productId } = await catalog.newProduct(1);
    const lines = [{ productId, quantity: 1 }];
    const { hold } = await catalog.take({ lines });
    await catalog.commit([hold.reservationId]);

    expect(await catalog.take({ reservationId: hold.reservationId, lines })).toEqual({
      hold: { ...hold, state: HoldState.HOLD_STATE_SOLD },
      replayed: true,
    });
  });

  it.each<[string, Partial<TakeInput>]>([
    ['another customer', { customerId: 'somebody-else' }],
    ['another quantity', { lines: [{ productId: '', quantity: 2 }] }],
    [
      'an additional line',
      {
        lines: [
          { productId: '', quantity: 1 },
          { productId: 'other', quantity: 1 },
        ],
      },
    ],
  ])('a reservation id reused with %s is refused and takes nothing', async (_name, difference) => {
    const { productId } = await catalog.newProduct(5);
    const other = await catalog.newProduct(5);
    const { hold } = await catalog.take({ lines: [{ productId, quantity: 1 }] });
    const lines = (difference.lines ?? [{ productId: '', quantity: 1 }]).map((line) => ({
      ...line,
      productId: line.productId === 'other' ? other.productId : productId,
    }));

    expect(
      await refusalOf(catalog.take({ ...difference, lines, reservationId: hold.reservationId })),
    ).toMatchObject({ kind: 'conflict', reason: 'IDEMPOTENCY_KEY_REUSED' });
    expect(await stockOf(productId)).toEqual({ available: 4, held: 1, sold: 0 });
    expect(await stockOf(other.productId)).toEqual({ available: 5, held: 0, sold: 0 });
  });

  it('a request for a sold-out product writes nothing', async () => {
    const { productId } = await catalog.newProduct(1);
    await catalog.take({ lines: [{ productId, quantity: 1 }] });
    const read = async () => ({
      product: await catalog.collection('products').findOne({ _id: productId }),
      holds: await catalog.collection('holds').countDocuments(),
      adjustments: await catalog.collection('stock_adjustments').countDocuments(),
    });
    const before = await read();

    for (let attempt = 0; attempt < 5; attempt += 1) {
      const refusal = await refusalOf(catalog.take({ lines: [{ productId, quantity: 1 }] }));
      expect(refusal.reason).toBe('OUT_OF_STOCK');
    }

    expect(await read()).toEqual(before);
  });

  it('a request that arrives after its expiry is refused and takes nothing', async () => {
    const { productId } = await catalog.newProduct(5);
    const reservationId = newId();

    expect(
      await refusalOf(
        catalog.take({ reservationId, expireTime: inMs(-1), lines: [{ productId, quantity: 1 }] }),
      ),
    ).toMatchObject({
      kind: 'precondition',
      reason: 'HOLD_EXPIRED',
      metadata: { reservationId },
    });
    expect(await stockOf(productId)).toEqual({ available: 5, held: 0, sold: 0 });
  });

  it('an unknown product is named in the error', async () => {
    const unknown = newId();

    expect(
      await refusalOf(catalog.take({ lines: [{ productId: unknown, quantity: 1 }] })),
    ).toMatchObject({
      kind: 'not-found',
      reason: 'PRODUCT_NOT_FOUND',
      metadata: { productId: unknown },
    });
  });

  it('a request may have 20 lines', async () => {
    const products = await Promise.all(Array.from({ length: 20 }, () => catalog.newProduct(1)));
    const lines = products.map(({ productId }) => ({ productId, quantity: 1 }));

    expect((await catalog.take({ lines })).hold.lines).toHaveLength(20);
  });

  it('ids are compared as UUIDs, regardless of case', async () => {
    const { productId } = await catalog.newProduct(5);
    const reservationId = newId();
    const first = await catalog.take({ reservationId, lines: [{ productId, quantity: 1 }] });

    const repeat = await catalog.take({
      reservationId: reservationId.toUpperCase(),
      lines: [{ productId: productId.toUpperCase(), quantity: 1 }],
    });

    expect(repeat).toEqual({ hold: first.hold, replayed: true });
  });
});

describe('DecrementStock names the invalid field:', () => {
  const id = '0190a000-0000-7000-8000-0000000000aa';
  const line = (quantity: number) => ({ productId: id, quantity });

  it.each<[string, string, Partial<TakeInput>]>([
    ['no units', 'lines[0].quantity', { lines: [line(0)] }],
    ['101 units', 'lines[0].quantity', { lines: [line(101)] }],
    [
      '2^32 + 1 units, which a 32-bit cast turns into 1',
      'lines[0].quantity',
      { lines: [line(4_294_967_297)] },
    ],
    [
      '2^31 units, which a 32-bit cast turns negative',
      'lines[0].quantity',
      { lines: [line(2_147_483_648)] },
    ],
    ['a negative amount', 'lines[0].quantity', { lines: [line(-1)] }],
    ['51 and 50 units of one product', 'lines', { lines: [line(51), line(50)] }],
    ['a bad second line', 'lines[1].quantity', { lines: [line(1), line(0)] }],
    ['no lines', 'lines', { lines: [] }],
    ['21 lines', 'lines', { lines: Array.from({ length: 21 }, () => line(1)) }],
    [
      'a product id that is not a UUID',
      'lines[0].product_id',
      { lines: [{ productId: 'x', quantity: 1 }] },
    ],
    ['a reservation id that is not a UUID', 'reservation_id', { reservationId: 'r-1' }],
    ['no reservation id', 'reservation_id', { reservationId: '' }],
    ['no customer', 'customer_id', { customerId: '' }],
    ['a customer id of 129 characters', 'customer_id', { customerId: 'c'.repeat(129) }],
    ['no expiry', 'expire_time', { expireTime: undefined }],
  ])('a take with %s is refused', async (_name, field, input) => {
    expect(await refusalOf(catalog.take({ lines: [line(1)], ...input }))).toMatchObject({
      kind: 'invalid',
      reason: 'INVALID_REQUEST',
      fieldViolations: [expect.objectContaining({ field })],
    });
  });
});
