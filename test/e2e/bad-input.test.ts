import { type InProcessStack, startInProcessStack } from '../support/in-process-stack';
import {
  type Buyer,
  createShop,
  PASSWORD,
  problemBody,
  reasonOf,
  type Shop,
} from '../support/shop';
import { uniquePrefix } from '../support/stores';

let stack: InProcessStack;
let shop: Shop;
let buyer: Buyer;
let productId: string;

beforeAll(async () => {
  stack = await startInProcessStack({ prefix: uniquePrefix() });
  shop = createShop(stack.urls[0], stack.env);
  buyer = await shop.newBuyer();
  productId = await shop.newProduct(5);
});

afterAll(async () => {
  await shop.expectCleanAudit();
  await stack.stop();
});

interface Target {
  readonly method: string;
  readonly path: string;
  readonly good: Readonly<Record<string, unknown>>;
  readonly strings: readonly string[];
  readonly as: 'nobody' | 'buyer' | 'admin';
}

const targets = (): readonly Target[] => [
  {
    method: 'POST',
    path: '/auth/register',
    good: { email: 'x@example.test', password: PASSWORD, name: 'x' },
    strings: ['email', 'password', 'name'],
    as: 'nobody',
  },
  {
    method: 'POST',
    path: '/auth/login',
    good: { email: 'x@example.test', password: PASSWORD },
    strings: ['email', 'password'],
    as: 'nobody',
  },
  {
    method: 'POST',
    path: '/auth/refresh',
    good: { refreshToken: 'x' },
    strings: ['refreshToken'],
    as: 'nobody',
  },
  {
    method: 'POST',
    path: '/auth/logout',
    good: { refreshToken: 'x' },
    strings: ['refreshToken'],
    as: 'nobody',
  },
  {
    method: 'PUT',
    path: `/auth/users/${buyer.userId}/role`,
    good: { role: 'CUSTOMER' },
    strings: ['role'],
    as: 'admin',
  },
  {
    method: 'POST',
    path: '/products',
    good: { name: 'x', price: 1, initialQuantity: 1, currency: 'USD', description: 'x' },
    strings: ['name', 'currency', 'description'],
    as: 'admin',
  },
  {
    method: 'PATCH',
    path: `/products/${productId}`,
    good: { name: 'x', currency: 'USD', price: 1, description: 'x' },
    strings: ['name', 'description'],
    as: 'admin',
  },
  {
    method: 'POST',
    path: `/products/${productId}/stock-adjustments`,
    good: { delta: 1, reason: 'x' },
    strings: ['reason'],
    as: 'admin',
  },
];

const send = async ({ method, path, as }: Target, body: unknown) => {
  const token = { nobody: undefined, buyer: buyer.token, admin: await shop.adminToken() }[as];
  return shop.rest(method, path, { body, ...(token !== undefined && { token }) });
};

/** A problem that names this field. */
const POINTED = (pointer: string) => ({
  errors: expect.arrayContaining([expect.objectContaining({ pointer })]),
});

describe('an operator object in a string field', () => {
  it('every route refuses an operator object in a string field and names the field', async () => {
    for (const target of targets()) {
      for (const field of target.strings) {
        for (const operator of [{ $ne: null }, { $gt: '' }, { $regex: '.*' }, ['x'], 7]) {
          const response = await send(target, { ...target.good, [field]: operator });
          expect({ path: target.path, status: response.status, body: response.body }).toMatchObject(
            {
              path: target.path,
              status: 400,
              body: POINTED(`/${field}`),
            },
          );
        }
      }
    }
  });

  it('an operator object in a cart line is refused', async () => {
    const response = await shop.rest('POST', '/reservations', {
      token: buyer.token,
      body: { items: [{ productId: { $ne: null }, quantity: 1 }] },
    });

    expect(response).toMatchObject({ status: 400, body: POINTED('/items/0/productId') });
  });
});

describe('a quantity', () => {
  it.each([0, -1, 101, 1.5, 4_294_967_297, 2_147_483_648, 1e308, '3', null, [1], { $gt: 0 }, true])(
    'a quantity of %p is refused',
    async (quantity) => {
      const single = await shop.rest('POST', `/reservations/${productId}`, {
        token: buyer.token,
        body: { quantity },
      });
      const cart = await shop.rest('POST', '/reservations', {
        token: buyer.token,
        body: { items: [{ productId, quantity }] },
      });

      expect(single).toMatchObject({ status: 400, body: POINTED('/quantity') });
      expect(cart).toMatchObject({ status: 400, body: POINTED('/items/0/quantity') });
    },
  );
});

describe('a malformed request', () => {
  it.each([
    ['malformed JSON', '{"email":', 'application/json', 400],
    ['JSON that is not an object', '[1,2]', 'application/json', 400],
    ['a number', '7', 'application/json', 400],
    ['another content type', 'email=x', 'application/x-www-form-urlencoded', 415],
    ['very deep JSON', `${'['.repeat(20_000)}${']'.repeat(20_000)}`, 'application/json', 400],
    ['a body over 64 KiB', JSON.stringify({ email: 'x'.repeat(70_000) }), 'application/json', 413],
    [
      '__proto__ as a field',
      '{"email":"a@example.test","password":"12345678","__proto__":{"role":"ADMIN"}}',
      'application/json',
      400,
    ],
  ])('a body with %s gets a problem', async (_what, rawBody, contentType, status) => {
    const response = await shop.rest('POST', '/auth/login', {
      rawBody,
      headers: { 'content-type': contentType },
    });

    expect(response.status).toBe(status);
    expect(problemBody.parse(response.body).requestId).toBe(response.headers.get('x-request-id'));
  });

  it.each([
    ['GET', '/nowhere', 404, 'ROUTE_NOT_FOUND'],
    ['DELETE', '/products', 405, 'METHOD_NOT_ALLOWED'],
    ['GET', '/products/%ff', 400, undefined],
    ['GET', '/products/not-a-uuid', 400, 'INVALID_REQUEST'],
    ['GET', '/products?pageSize=0', 400, 'INVALID_REQUEST'],
    ['GET', '/products?pageSize=lots', 400, 'INVALID_REQUEST'],
    ['GET', '/products?pageSize=1&pageSize=2', 400, 'INVALID_REQUEST'],
    ['GET', '/products?available=maybe', 400, 'INVALID_REQUEST'],
    ['GET', '/products?sort[$ne]=1', 400, 'INVALID_REQUEST'],
  ])('the invalid request %s %s returns %d', async (method, path, status, reason) => {
    const response = await shop.rest(method, path);

    expect([path, response.status]).toEqual([path, status]);
    if (reason !== undefined) expect(reasonOf(response)).toBe(reason);
  });

  it.each(['x'.repeat(256), 'has space', ''])(
    'the Idempotency-Key "%.20s" is refused',
    async (key) => {
      const response = await shop.reserve(buyer, productId, { key });

      expect(response.status).toBe(400);
    },
  );

  it('malformed requests take no stock', async () => {
    expect(await shop.stockOf(productId)).toEqual({ available: 5, held: 0, sold: 0 });
  });
});

describe('a request id', () => {
  it('a valid x-request-id is kept, and an invalid one is replaced', async () => {
    const given = await shop.rest('GET', '/products', {
      headers: { 'x-request-id': 'from-the-client-1' },
    });
    const made = await shop.rest('GET', '/products', {
      headers: { 'x-request-id': 'x'.repeat(300) },
    });

    expect(given.headers.get('x-request-id')).toBe('from-the-client-1');
    expect(made.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });
});
