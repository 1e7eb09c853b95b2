import type { ListProductsRequest } from '@flashreserve/contracts/catalog';
import { createTestClock } from '@flashreserve/ops';
import { DomainError } from '@flashreserve/rpc';
import { PRODUCT, PRODUCT_ID, TIME } from '../../testing/ask';
import { type Answer, send } from '../../testing/http-client';
import { startTestGateway } from '../../testing/start-test-gateway';

const ONE = `/products/${PRODUCT_ID}`;
const FRESH = { 'cache-control': 'no-cache' };

const unknownProduct = new DomainError({
  kind: 'not-found',
  reason: 'PRODUCT_NOT_FOUND',
  message: 'No such product.',
});

/** A gateway whose catalog has one unit less at every read, and what catalog was asked for. */
const startSubject = async () => {
  const clock = createTestClock(TIME);
  const asked: (string | ListProductsRequest)[] = [];
  const read = (request: string | ListProductsRequest) => {
    asked.push(request);
    return { ...PRODUCT, availableUnits: 100 - asked.length };
  };
  const gateway = await startTestGateway({
    clock,
    corsOrigins: ['https://shop.example'],
    catalog: {
      getProduct: async (productId) => {
        const product = read(productId);
        if (productId !== PRODUCT_ID) throw unknownProduct;
        return product;
      },
      listProducts: async (request) => ({ products: [read(request)], nextPageToken: 'next' }),
    },
  });
  const ask = (target: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> =>
    send(gateway.port, target.startsWith('/') ? `GET ${target}` : target, { headers });
  return { clock, asked, ask, stop: gateway.stop };
};

describe('products from memory', () => {
  let subject: Awaited<ReturnType<typeof startSubject>>;
  beforeEach(async () => {
    subject = await startSubject();
  });
  afterEach(() => subject.stop());

  it.each([ONE, '/products', '/products?pageSize=20', '/products?available=true&pageSize=5'])(
    '%s is answered with the same bytes for 100 ms, and exactly afterwards',
    async (path) => {
      const { clock, asked, ask } = subject;
      const first = await ask(path);
      clock.advanceMs(99);
      const again = await ask(path);

      expect([first.status, again.status]).toEqual([200, 200]);
      expect(first.text).toContain('"stockQuantity":99');
      expect(again.text).toBe(first.text);
      expect(asked).toHaveLength(1);
      clock.advanceMs(1);
      expect((await ask(path)).text).toContain('"stockQuantity":98');
    },
  );

  it('an answer from memory has the headers of one from catalog, but its own request id', async () => {
    const { asked, ask } = subject;
    const [first, again] = [await ask(ONE, { 'x-request-id': 'a' }), await ask(ONE)];

    expect(asked).toHaveLength(1);
    expect(again.text).toBe(first.text);
    const { date: _date, 'x-request-id': id, ...headers } = again.headers;
    expect(first.headers).toMatchObject({ ...headers, 'x-request-id': 'a' });
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers).toMatchObject({
      'cache-control': 'no-cache',
      'content-type': 'application/json; charset=utf-8',
      'content-length': String(Buffer.byteLength(first.text)),
      'x-content-type-options': 'nosniff',
    });
  });

  it('URLs that ask for the same share an answer', async () => {
    const { asked, ask } = subject;
    const urls = [
      '/products?available=true&pageSize=5',
      '/products?pageSize=5&available=true',
      '/products?pageSize=5&available=true&pageToken=',
      '/products?pageSize=%35&available=true',
    ];
    for (const url of urls) expect((await ask(url)).status).toBe(200);
    for (const url of ['/products', '/products?available=false', '/products/']) await ask(url);
    for (const url of [ONE, `/products/${PRODUCT_ID.toUpperCase()}`]) await ask(url);

    expect(asked).toHaveLength(3);
  });

  it('a kept answer does not let an invalid request pass', async () => {
    const { ask } = subject;
    await ask('/products?pageSize=5');
    const invalid = ['/products?pageSize=5&x=1', '/products?pageSize=5&pageSize=5', `${ONE}?x=1`];
    for (const url of invalid) expect([url, (await ask(url)).status]).toEqual([url, 400]);
  });

  it('later pages always come from catalog', async () => {
    const { asked, ask } = subject;
    await ask('/products?pageToken=next');
    await ask('/products?pageToken=next');

    const request = { availableOnly: false, pageSize: 0, pageToken: 'next' };
    expect(asked).toEqual([request, request]);
  });

  it.each(['no-cache', 'no-store', 'max-age=0, No-Cache'])(
    'Cache-Control: %s reads again, and the next requests get that answer',
    async (cacheControl) => {
      const { asked, ask } = subject;
      for (const path of [ONE, '/products']) {
        await ask(path);
        const fresh = await ask(path, { 'cache-control': cacheControl });
        expect((await ask(path)).text).toBe(fresh.text);
      }
      expect(asked).toHaveLength(4);
    },
  );

  it('a reload of a browser is answered from memory', async () => {
    const { asked, ask } = subject;
    await ask(ONE);
    await ask(ONE, { 'cache-control': 'max-age=0' });
    expect(asked).toHaveLength(1);
  });

  it('a client that has the current version gets 304 without a body, from memory or not', async () => {
    const { clock, asked, ask } = subject;
    const etag = String((await ask(ONE)).headers.etag);
    const known = await ask(ONE, { 'if-none-match': `"x", W/${etag}` });
    const any = await ask(ONE, { 'if-none-match': '*', ...FRESH });
    const changed = await ask(ONE, { 'if-none-match': etag });

    expect([known.status, known.text, known.headers.etag]).toEqual([304, '', etag]);
    expect(known.headers['content-length']).toBeUndefined();
    expect(known.headers['cache-control']).toBe('no-cache');
    expect([any.status, any.text]).toEqual([304, '']);
    expect(changed.status).toBe(200);
    expect(changed.headers.etag).not.toBe(etag);
    clock.advanceMs(100);
    expect((await ask(ONE, { 'if-none-match': etag })).status).toBe(200);
    expect(asked).toHaveLength(3);
  });

  it('HEAD has the headers of GET and no body', async () => {
    const { ask } = subject;
    const [get, head] = [await ask(ONE), await ask(`HEAD ${ONE}`)];

    expect([head.status, head.text]).toEqual([200, '']);
    expect(head.headers['content-length']).toBe(get.headers['content-length']);
    expect(head.headers.etag).toBe(get.headers.etag);
  });

  it('a product that does not exist is asked for each time', async () => {
    const { asked, ask } = subject;
    const path = ONE.replace(/1$/, '2');
    for (const status of [404, 404]) {
      const { status: given, headers } = await ask(path);
      expect([given, headers['cache-control'], headers.etag]).toEqual([
        status,
        'no-store',
        undefined,
      ]);
    }
    expect(asked).toHaveLength(2);
  });

  it('pages of other origins may read answers from memory', async () => {
    const { ask } = subject;
    for (const source of ['catalog', 'memory']) {
      const { headers } = await ask(ONE, { origin: 'https://shop.example' });
      expect([source, headers['access-control-allow-origin'], headers.vary]).toEqual([
        source,
        'https://shop.example',
        'Origin',
      ]);
    }
  });

  it('concurrent requests share one call', async () => {
    const { asked, ask } = subject;
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask('/products')));

    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(asked).toHaveLength(1);
  });
});
