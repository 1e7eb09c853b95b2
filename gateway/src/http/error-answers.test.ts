import { DomainError } from '@flashreserve/rpc';
import { type Answer, type Sending, send } from '../testing/http-client';
import { GOOD_PASSWORD } from '../testing/log-in';
import { startTestGateway, type TestServices } from '../testing/start-test-gateway';

const PRODUCT = '/products/0198a1b3-0000-7000-8000-000000000001';
const RESERVE = '/reservations/0198a1b3-0000-7000-8000-000000000001';
/** Part of the thrown errors that must not appear in responses. */
const INSIDE = 'mongodb://auth:canary@10.0.0.7:27017';

/** Patterns that reveal internals. */
const TELLTALES = [
  /canary/,
  /10\.0\.0\.7|127\.0\.0\.1/,
  /\bat .*:\d+:\d+/,
  /node_modules|node:internal|\/src\/|\/dist\/|\.[cm]?[jt]s:\d/,
  /Mongo(?!DB)|E11000|ReplyError|WRONGPASS|ECONN|ENOTFOUND|EPIPE|SyntaxError|TypeError|Zod/,
];

const driverError = (): Error =>
  Object.assign(new Error(`E11000 duplicate key, connection to ${INSIDE} closed`), {
    name: 'MongoServerError',
    code: 11_000,
    writeErrors: [{ op: { password: 'canary' } }],
  });

const outage = (): DomainError =>
  new DomainError({
    kind: 'unavailable',
    reason: 'STORE_UNAVAILABLE',
    message: 'The store does not answer. Try again shortly.',
    cause: driverError(),
  });

/** Services that fail every call with the same error. */
const failingWith = (thrown: () => unknown): TestServices => {
  const fail = () => Promise.reject(thrown());
  return {
    auth: { login: fail, getUser: fail, getJwks: fail },
    catalog: { getProduct: fail, listProducts: fail },
    reservation: { reserve: fail, list: fail },
    isServing: () => false,
  };
};

const CALLS: readonly [string, Sending][] = [
  ['POST /auth/login', { body: { email: 'ann@example.test', password: GOOD_PASSWORD } }],
  ['GET /auth/me', { token: 'customer' }],
  ['GET /.well-known/jwks.json', {}],
  [`GET ${PRODUCT}`, {}],
  ['GET /products', {}],
  [`POST ${RESERVE}`, { token: 'customer' }],
  ['GET /reservations', { token: 'customer' }],
  ['GET /readyz', {}],
  ['GET /admin/queues', { token: 'admin' }],
];

const JSON_TYPE = { 'content-type': 'application/json' };

const BAD_INPUT: readonly [string, Sending][] = [
  ['POST /auth/login', { raw: '{"email":"a@example.test","password":"canary', headers: JSON_TYPE }],
  ['POST /auth/login', { raw: Buffer.from([0x22, 0xff, 0xfe]), headers: JSON_TYPE }],
  ['POST /auth/login', { raw: '[['.repeat(20_000), headers: JSON_TYPE }],
  ['POST /auth/login', { body: { email: 'a@example.test', password: { canary: 1 } } }],
  ['POST /auth/login', { raw: 'x', headers: { ...JSON_TYPE, 'content-encoding': 'gzip' } }],
  ['POST /auth/login', { raw: 'canary', headers: { 'content-type': 'text/xml' } }],
  ['POST /auth/register', { body: { email: 'canary', password: 'x' } }],
  ['GET /products?pageSize=canary&pageToken=%E0%A4%A', {}],
  ['GET /products/%E0%A4%A', {}],
  ['GET /products/../../etc/passwd', {}],
  ['GET /api-docs/..%2f..%2fpackage.json', {}],
  ['GET /auth/me', { headers: { authorization: 'Basic canary' } }],
  ['GET /auth/me', { headers: { authorization: 'Bearer canary' } }],
  [`POST ${RESERVE}`, { token: 'customer', body: { quantity: 'canary' } }],
  [`POST ${RESERVE}`, { token: 'customer', headers: { 'idempotency-key': 'ä'.repeat(300) } }],
  ['TRACE /products', {}],
  ['GET /nothing/canary', {}],
];

const expectClean = ({ status, headers, text }: Answer): void => {
  expect(status).toBeGreaterThanOrEqual(400);
  expect(headers['content-type']).toBe('application/problem+json');
  const shown = JSON.stringify({ headers, text });
  for (const telltale of TELLTALES) expect(shown).not.toMatch(telltale);
};

describe('an error', () => {
  it.each<[string, () => unknown]>([
    ['the driver of a store throws', driverError],
    ['a store is down', outage],
    ['the code has a bug', () => new TypeError(`Cannot read properties of ${INSIDE}`)],
    ['a value that is not an error is thrown', () => ({ stack: INSIDE, password: 'canary' })],
  ])('a response reveals no internals when %s', async (_name, thrown) => {
    const gateway = await startTestGateway(failingWith(thrown));
    for (const [target, sending] of CALLS) {
      const answer = await send(gateway.port, target, sending);
      expectClean(answer);
      expect(answer.status).toBeGreaterThanOrEqual(500);
    }
    await gateway.stop();
  });

  it('an error response echoes nothing of a bad input and reveals no internals', async () => {
    const gateway = await startTestGateway();
    for (const [target, sending] of BAD_INPUT) {
      const answer = await send(gateway.port, target, sending);
      expectClean(answer);
      expect(answer.status).toBeLessThan(500);
    }
    await gateway.stop();
  });
});
