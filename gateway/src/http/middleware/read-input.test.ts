import { gzipSync } from 'node:zlib';
import { NEW_PRODUCT, PRODUCT_ID, pointersOf, RESERVATION_ID } from '../../testing/ask';
import { type Answer, type Sending, send } from '../../testing/http-client';
import { startTestGateway } from '../../testing/start-test-gateway';

describe('bad input', () => {
  let gateway: Awaited<ReturnType<typeof startTestGateway>>;
  beforeAll(async () => {
    gateway = await startTestGateway();
  });
  afterAll(async () => {
    await gateway.stop();
  });
  const ask = (target: string, sending: Sending = {}): Promise<Answer> =>
    send(gateway.port, target, sending);

  const json = { 'content-type': 'application/json' };
  const deep = `${'['.repeat(30_000)}${']'.repeat(30_000)}`;

  it.each<[string, string, Sending, readonly string[]]>([
    ['an unknown field', 'POST /products', { body: { ...NEW_PRODUCT, held: 1 } }, ['/held']],
    [
      'both names of the initial stock',
      'POST /products',
      { body: { ...NEW_PRODUCT, initialQuantity: 1 } },
      ['/initialQuantity'],
    ],
    ['missing fields', 'POST /products', { body: {} }, ['/name', '/price', '/initialQuantity']],
    ['no body', 'POST /products', {}, ['']],
    ['an empty body', 'POST /products', { raw: '', headers: json }, ['']],
    ['an array', 'POST /products', { body: [] }, ['']],
    ['null', 'POST /products', { body: null }, ['']],
    ['a string', 'POST /products', { body: 'x' }, ['']],
    ['broken JSON', 'POST /products', { raw: '{"name":', headers: json }, ['']],
    ['deep nesting', 'POST /products', { raw: deep, headers: json }, ['']],
    [
      'bytes that are not UTF-8',
      'POST /products',
      { raw: Buffer.from([0x22, 0xff, 0x22]), headers: json },
      [''],
    ],
    [
      'broken compression',
      'POST /products',
      { raw: 'x', headers: { ...json, 'content-encoding': 'gzip' } },
      [''],
    ],
    [
      'a prototype key',
      'POST /products',
      { raw: '{"__proto__":{"admin":true}}', headers: json },
      ['/__proto__'],
    ],
    [
      'a prototype key deep down',
      'POST /reservations',
      { raw: '{"items":[{"__proto__":1}]}', headers: json },
      ['/items/0/__proto__'],
    ],
    [
      'an operator object',
      'POST /products',
      { body: { ...NEW_PRODUCT, name: { $ne: null } } },
      ['/name'],
    ],
    [
      'a lone surrogate',
      'POST /products',
      { raw: '{"name":"\\ud800","price":1,"stockQuantity":1}', headers: json },
      ['/name'],
    ],
    [
      'a null character',
      'POST /products',
      { body: { ...NEW_PRODUCT, name: 'a\u0000b' } },
      ['/name'],
    ],
    [
      'a numeric string',
      'POST /products',
      { body: { ...NEW_PRODUCT, stockQuantity: '10' } },
      ['/stockQuantity'],
    ],
    [
      'a fraction of a unit',
      'POST /products',
      { body: { ...NEW_PRODUCT, stockQuantity: 1.5 } },
      ['/stockQuantity'],
    ],
    [
      'a huge number',
      'POST /products',
      { raw: '{"name":"a","price":1,"stockQuantity":1e400}', headers: json },
      ['/stockQuantity'],
    ],
    [
      'a price of too many digits',
      'POST /products',
      { body: { ...NEW_PRODUCT, price: 1.999 } },
      ['/price'],
    ],
    ['a price below zero', 'POST /products', { body: { ...NEW_PRODUCT, price: -1 } }, ['/price']],
    [
      'text that is no currency',
      'POST /products',
      { body: { ...NEW_PRODUCT, currency: '$where' } },
      ['/currency'],
    ],
    [
      'a withdrawn currency',
      'POST /products',
      { body: { ...NEW_PRODUCT, currency: 'HRK' } },
      ['/currency'],
    ],
    [
      'an unknown currency',
      'POST /products',
      { body: { ...NEW_PRODUCT, currency: 'XXY' } },
      ['/currency'],
    ],
    ['an empty change', `PATCH /products/${PRODUCT_ID}`, { body: {} }, ['']],
    [
      'a currency without a price',
      `PATCH /products/${PRODUCT_ID}`,
      { body: { currency: 'EUR' } },
      ['/price'],
    ],
    [
      'an adjustment by nothing',
      `POST /products/${PRODUCT_ID}/stock-adjustments`,
      { body: { delta: 0, reason: 'x' } },
      ['/delta'],
    ],
    [
      'a quantity that protobuf would turn into 1',
      `POST /reservations/${PRODUCT_ID}`,
      { body: { quantity: 4_294_967_297 } },
      ['/quantity'],
    ],
    [
      'a quantity of zero',
      `POST /reservations/${PRODUCT_ID}`,
      { body: { quantity: 0 } },
      ['/quantity'],
    ],
    [
      'a quantity above the limit',
      `POST /reservations/${PRODUCT_ID}`,
      { body: { quantity: 101 } },
      ['/quantity'],
    ],
    ['a bad id in the path', 'POST /reservations/nonsense', {}, ['/path/productId']],
    [
      'a bad id in a cart',
      'POST /reservations',
      { body: { items: [{ productId: 'x', quantity: 1 }] } },
      ['/items/0/productId'],
    ],
    ['an empty cart', 'POST /reservations', { body: { items: [] } }, ['/items']],
    [
      'a cart of too many lines',
      'POST /reservations',
      { body: { items: Array(21).fill({ productId: PRODUCT_ID, quantity: 1 }) } },
      ['/items'],
    ],
    [
      'a body where none belongs',
      `POST /reservations/confirm/${RESERVATION_ID}`,
      { body: { force: true } },
      ['/force'],
    ],
    [
      'a key with a space',
      `POST /reservations/${PRODUCT_ID}`,
      { headers: { 'idempotency-key': 'a b' } },
      ['/headers/idempotency-key'],
    ],
    [
      'an empty key',
      `POST /reservations/${PRODUCT_ID}`,
      { headers: { 'idempotency-key': '' } },
      ['/headers/idempotency-key'],
    ],
    [
      'a key that is too long',
      `POST /reservations/${PRODUCT_ID}`,
      { headers: { 'idempotency-key': 'k'.repeat(256) } },
      ['/headers/idempotency-key'],
    ],
    ['an unknown parameter', 'GET /products?stock=1', {}, ['/query/stock']],
    ['an unknown parameter without a value', 'GET /products?toString=', {}, ['/query/toString']],
    ['a parameter given twice', 'GET /products?pageSize=1&pageSize=2', {}, ['/query/pageSize']],
    ['an operator in a parameter', 'GET /products?available[$ne]=x', {}, ['/query/available[$ne]']],
    ['a prototype parameter', 'GET /products?__proto__=x', {}, ['/query/__proto__']],
    [
      'bad percent-encoding in a parameter',
      'GET /products?pageToken=%zz',
      {},
      ['/query/pageToken'],
    ],
    ['bad percent-encoding in the path', 'GET /products/%zz', {}, ['/path']],
    ['a page size of words', 'GET /products?pageSize=1e3', {}, ['/query/pageSize']],
    ['an unknown status', 'GET /reservations?status=LOST', {}, ['/query/status']],
    [
      'wrong fields in several places at once',
      `POST /reservations/nonsense?x=1`,
      { body: { quantity: 'x' }, headers: { 'idempotency-key': 'a b' } },
      ['/path/productId', '/query/x', '/headers/idempotency-key', '/quantity'],
    ],
  ])('%s gets 400 with the name of the field', async (_name, target, sending, pointers) => {
    const answer = await ask(target, { token: 'admin', ...sending });
    expect(answer.json).toMatchObject({ status: 400, reason: 'INVALID_REQUEST' });
    expect(pointersOf(answer)).toEqual(pointers);
    expect(answer.headers['content-type']).toBe('application/problem+json');
  });

  it.each([
    ['plain', JSON.stringify({ name: 'x'.repeat(70_000) }), {}],
    [
      'packed',
      gzipSync(JSON.stringify({ name: 'x'.repeat(5_000_000) })),
      { 'content-encoding': 'gzip' },
    ],
  ])('a %s body over 64 KiB gets 413', async (_name, raw, headers) => {
    const answer = await ask('POST /products', {
      token: 'admin',
      raw,
      headers: { ...json, ...headers },
    });
    expect(answer.json).toMatchObject({ status: 413, reason: 'BODY_TOO_LARGE' });
  });

  it.each([
    ['no content type', {}],
    ['another content type', { 'content-type': 'text/plain' }],
    ['the content type of a form', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['another charset', { 'content-type': 'application/json; charset=latin1' }],
    ['an unknown content encoding', { ...json, 'content-encoding': 'snappy' }],
  ])('a body with %s is refused with 415', async (_name, headers) => {
    const answer = await ask('POST /products', { token: 'admin', raw: '{}', headers });
    expect(answer.json).toMatchObject({ status: 415, reason: 'UNSUPPORTED_MEDIA_TYPE' });
  });

  it('an unknown path gets 404, a wrong method 405 with the allowed methods', async () => {
    expect((await ask('GET /nothing')).json).toMatchObject({ reason: 'ROUTE_NOT_FOUND' });
    const wrong = await ask(`DELETE /reservations/${PRODUCT_ID}`);
    expect(wrong.json).toMatchObject({ status: 405, reason: 'METHOD_NOT_ALLOWED' });
    expect(wrong.headers.allow).toBe('POST, GET, HEAD, OPTIONS');
    const options = await ask('OPTIONS /products');
    expect([options.status, options.headers.allow]).toEqual([204, 'POST, GET, HEAD, OPTIONS']);
  });

  it.each(['OPTIONS *', 'GET http://[/', 'GET /api-docs/%00', 'GET /api-docs/../../etc/passwd'])(
    'the odd target "%s" gets a problem below 500',
    async (target) => {
      const answer = await ask(target);
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.status).toBeLessThan(500);
      expect(answer.headers['content-type']).toBe('application/problem+json');
    },
  );
});
