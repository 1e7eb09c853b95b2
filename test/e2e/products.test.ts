import { type InProcessStack, startInProcessStack } from '../support/in-process-stack';
import { type Buyer, createShop, productBody, reasonOf, type Shop } from '../support/shop';
import { uniquePrefix } from '../support/stores';

let stack: InProcessStack;
let shop: Shop;
let buyer: Buyer;
let admin: string;

beforeAll(async () => {
  stack = await startInProcessStack({ prefix: uniquePrefix() });
  shop = createShop(stack.urls[0], stack.env);
  buyer = await shop.newBuyer();
  admin = await shop.adminToken();
});

afterAll(async () => {
  await shop.expectCleanAudit();
  await stack.stop();
});

/** `PRODUCTS_REUSE_MS`, and one more for the rounding of clocks. */
const REUSE_MS = 101;
/** A test that has just written must not get an answer from before. */
const FRESH = { 'cache-control': 'no-cache' };

const create = (body: object, token = admin) => shop.rest('POST', '/products', { token, body });
const adjust = (productId: string, body: object, token = admin) =>
  shop.rest('POST', `/products/${productId}/stock-adjustments`, { token, body });

describe('products', () => {
  it('a product created by an administrator is found at its Location', async () => {
    const response = await create({
      name: 'Poster',
      price: 12.5,
      stockQuantity: 7,
      currency: 'EUR',
      description: 'A2',
    });

    expect(response.status).toBe(201);
    const product = productBody.parse(response.body);
    expect(product).toMatchObject({
      name: 'Poster',
      price: 12.5,
      currency: 'EUR',
      description: 'A2',
      stockQuantity: 7,
      heldQuantity: 0,
      soldQuantity: 0,
    });
    const location = response.headers.get('location') ?? '';
    expect(location).toBe(`/products/${product.productId}`);
    expect((await shop.rest('GET', location)).body).toEqual(product);
  });

  it('a customer cannot create or change a product', async () => {
    const productId = await shop.newProduct(1);

    const answers = [
      await create({ name: 'x', price: 1, stockQuantity: 1 }, buyer.token),
      await shop.rest('PATCH', `/products/${productId}`, {
        token: buyer.token,
        body: { name: 'y' },
      }),
      await adjust(productId, { delta: 1, reason: 'x' }, buyer.token),
    ];

    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403]);
    expect(answers.map(reasonOf)).toEqual(['ADMIN_REQUIRED', 'ADMIN_REQUIRED', 'ADMIN_REQUIRED']);
    expect((await shop.stockOf(productId)).available).toBe(1);
  });

  it.each([
    ['USD', 19.999],
    ['JPY', 1.5],
    ['USD', -1],
    ['NOPE', 1],
  ])('a price of %s %d is refused', async (currency, price) => {
    expect((await create({ name: 'x', price, currency, stockQuantity: 1 })).status).toBe(400);
  });

  it('a price is stored exactly', async () => {
    for (const price of [0, 0.1, 0.29, 19.99, 1_000_000.01]) {
      expect(
        productBody.parse((await create({ name: 'x', price, stockQuantity: 0 })).body).price,
      ).toBe(price);
    }
  });

  it('products are listed newest first, page by page, and without sold-out ones on request', async () => {
    const made = [
      await shop.newProduct(1, 'p1'),
      await shop.newProduct(0, 'p2'),
      await shop.newProduct(1, 'p3'),
    ];

    const list = async (query: string): Promise<string[]> => {
      const seen: string[] = [];
      let pageToken = '';
      do {
        const { body } = await shop.rest(
          'GET',
          `/products?pageSize=2&pageToken=${pageToken}${query}`,
          { headers: FRESH },
        );
        const page = body as { items: { productId: string }[]; nextPageToken: string };
        seen.push(...page.items.map(({ productId }) => productId));
        pageToken = page.nextPageToken;
      } while (pageToken !== '');
      return seen;
    };

    const all = await list('');
    expect(all.slice(0, 3)).toEqual(made.toReversed());
    expect(new Set(all).size).toBe(all.length);
    expect((await list('&available=true')).slice(0, 2)).toEqual([made[2], made[0]]);
  });

  it('a client that has the current version of a product gets 304 until it changes', async () => {
    const productId = await shop.newProduct(5);
    const read = (etag: string) =>
      shop.rest('GET', `/products/${productId}`, { headers: { 'if-none-match': etag, ...FRESH } });
    const etag = (await read('"none"')).headers.get('etag') ?? '';

    const [known, ofOther] = [await read(etag), await read('W/"other"')];
    await adjust(productId, { delta: 1, reason: 'restock' });
    const changed = await read(etag);

    expect([known.status, known.body, known.headers.get('etag')]).toEqual([304, undefined, etag]);
    expect(ofOther.body).toMatchObject({ stockQuantity: 5 });
    expect([changed.status, changed.body]).toMatchObject([200, { stockQuantity: 6 }]);
  });

  it('buyers who ask more than 100 ms after a change see it, without a fresh read', async () => {
    const productId = await shop.newProduct(5);
    const read = () => shop.rest('GET', `/products/${productId}`);
    await read();
    await adjust(productId, { delta: 1, reason: 'restock' });

    const changedAt = performance.now();
    let askedAfterMs = 0;
    let stock: unknown;
    do {
      askedAfterMs = performance.now() - changedAt;
      stock = productBody.parse((await read()).body).stockQuantity;
    } while (askedAfterMs <= REUSE_MS && stock !== 6);

    expect(stock).toBe(6);
  });

  it('a page token of another list is refused', async () => {
    const response = await shop.rest('GET', '/products?pageToken=nonsense');

    expect([response.status, reasonOf(response)]).toEqual([400, 'INVALID_PAGE_TOKEN']);
  });

  it('PATCH changes the description of a product, never its stock', async () => {
    const productId = await shop.newProduct(5);

    const changed = await shop.rest('PATCH', `/products/${productId}`, {
      token: admin,
      body: { name: 'New', price: 5 },
    });
    const refused = await shop.rest('PATCH', `/products/${productId}`, {
      token: admin,
      body: { stockQuantity: 99 },
    });

    expect(changed).toMatchObject({
      status: 200,
      body: { name: 'New', price: 5, stockQuantity: 5 },
    });
    expect(refused.status).toBe(400);
    expect(refused.body).toMatchObject({
      errors: expect.arrayContaining([expect.objectContaining({ pointer: '/stockQuantity' })]),
    });
    expect((await shop.stockOf(productId)).available).toBe(5);
  });

  it('an unknown product gets PRODUCT_NOT_FOUND', async () => {
    const path = '/products/01890000-0000-7000-8000-000000000000';

    const answers = [
      await shop.rest('GET', path),
      await shop.rest('PATCH', path, { token: admin, body: { name: 'x' } }),
      await shop.rest('POST', `${path}/stock-adjustments`, {
        token: admin,
        body: { delta: 1, reason: 'x' },
      }),
    ];

    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
    expect(answers.map(reasonOf)).toEqual([
      'PRODUCT_NOT_FOUND',
      'PRODUCT_NOT_FOUND',
      'PRODUCT_NOT_FOUND',
    ]);
  });
});

describe('stock adjustments', () => {
  it('stock adjustments add and remove units', async () => {
    const productId = await shop.newProduct(5);

    const added = await adjust(productId, { delta: 10, reason: 'second delivery' });
    await adjust(productId, { delta: -3, reason: 'damaged' });

    expect(added.status).toBe(201);
    expect(added.body).toMatchObject({ productId, delta: 10, reason: 'second delivery' });
    expect((await shop.stockOf(productId)).available).toBe(12);
  });

  it('stock adjustments never remove held or sold units', async () => {
    const productId = await shop.newProduct(5);
    await shop.reserve(buyer, productId, { quantity: 4 });

    const response = await adjust(productId, { delta: -2, reason: 'recall' });

    expect([response.status, reasonOf(response)]).toEqual([409, 'INSUFFICIENT_STOCK']);
    expect(await shop.stockOf(productId)).toEqual({ available: 1, held: 4, sold: 0 });
  });

  it('stock adjustments racing with buyers never lose a unit', async () => {
    const productId = await shop.newProduct(20);

    await Promise.all([
      ...Array.from({ length: 40 }, () => shop.reserve(buyer, productId)),
      ...Array.from({ length: 20 }, (_, index) =>
        adjust(productId, { delta: index % 2 === 0 ? 2 : -1, reason: 'race' }),
      ),
    ]);

    const { available, held } = await shop.stockOf(productId);
    expect(available).toBeGreaterThanOrEqual(0);
    expect(held).toBeLessThanOrEqual(40);
    await shop.expectCleanAudit();
  });

  it('a stock adjustment retried with the same key is made once', async () => {
    const productId = await shop.newProduct(0);
    const send = () =>
      shop.rest('POST', `/products/${productId}/stock-adjustments`, {
        token: admin,
        body: { delta: 5, reason: 'restock' },
        headers: { 'idempotency-key': 'restock-1' },
      });

    const [first, second] = [await send(), await send()];

    expect((second.body as { adjustmentId: string }).adjustmentId).toBe(
      (first.body as { adjustmentId: string }).adjustmentId,
    );
    expect((await shop.stockOf(productId)).available).toBe(5);
  });
});
