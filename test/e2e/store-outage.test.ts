import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { createLogger, noTracing } from '@flashreserve/ops';
import { eventually } from '../support/eventually';
import { type InProcessStack, startInProcessStack } from '../support/in-process-stack';
import type { RestResponse } from '../support/rest-client';
import { type Buyer, createShop, type Shop } from '../support/shop';
import { type StoreProxy, startStoreProxy } from '../support/store-proxy';
import { testStores, uniquePrefix } from '../support/stores';

const OUTAGE_MS = 3_000;
const REQUESTS_AT_ONCE = 150;
/** One line per kind of failure, plus some slack; the load causes hundreds of failures. */
const LINES_MAX = 25;

let proxy: StoreProxy;
let stack: InProcessStack;
let shop: Shop;
let buyer: Buyer;
const lines: { readonly component: string; readonly line: string }[] = [];

beforeAll(async () => {
  proxy = await startStoreProxy(testStores().mongoUri);
  stack = await startInProcessStack({
    prefix: uniquePrefix(),
    sweepSeconds: 1,
    env: { MONGO_URI: proxy.uri },
    depsOf: (component) => ({
      log: createLogger({
        component,
        // The gateway's access log has one line per request by design.
        level: component === 'gateway' ? 'warn' : 'info',
        format: 'json',
        destination: { write: (line) => lines.push({ component, line }) },
      }),
      tracing: noTracing,
    }),
  });
  shop = createShop(stack.urls[0], stack.env);
  buyer = await shop.newBuyer();
});
afterAll(async () => {
  await stack.stop();
  await proxy.stop();
});

/** Keeps this many requests in flight until the time is over. */
const askFor = async (ms: number, ask: () => Promise<RestResponse>): Promise<RestResponse[]> => {
  const endsAt = Date.now() + ms;
  const answers: RestResponse[] = [];
  const askOn = async (): Promise<void> => {
    while (Date.now() < endsAt) {
      answers.push(await ask());
      await pause(5);
    }
  };
  await Promise.all(Array.from({ length: REQUESTS_AT_ONCE }, askOn));
  return answers;
};

it('a store outage returns 503 with Retry-After, logs a bounded number of lines, and service resumes', async () => {
  const productId = await shop.newProduct(1_000);
  const reserve = () =>
    shop.rest('POST', `/reservations/${productId}`, {
      token: buyer.token,
      headers: { 'idempotency-key': randomUUID() },
      body: { quantity: 1 },
    });
  const held = await reserve();
  expect(held.status).toBe(201);
  const { reservationId } = held.body as { readonly reservationId: string };
  const calls = [
    reserve,
    () => shop.rest('POST', `/reservations/confirm/${reservationId}`, { token: buyer.token }),
    () => shop.rest('GET', '/reservations', { token: buyer.token }),
    () => shop.rest('GET', `/products/${productId}`),
    () =>
      shop.rest('POST', '/auth/login', { body: { email: buyer.email, password: 'wrong horse' } }),
  ];
  lines.length = 0;
  let turn = 0;

  proxy.cut();
  const answers = await askFor(OUTAGE_MS, () => {
    turn += 1;
    return (calls[turn % calls.length] ?? reserve)();
  });
  proxy.heal();

  const failures = answers.filter(({ status }) => status >= 500);
  expect(failures.length).toBeGreaterThan(100);
  expect(
    failures.filter(({ status, headers }) => status !== 503 || headers.get('retry-after') === null),
  ).toEqual([]);
  const counts = new Map<string, number>();
  for (const { component } of lines) counts.set(component, (counts.get(component) ?? 0) + 1);
  expect([...counts].filter(([, count]) => count > LINES_MAX)).toEqual([]);
  expect(lines.filter(({ line }) => line.includes('failed unexpectedly'))).toEqual([]);

  await eventually(async () => {
    expect((await reserve()).status).toBe(201);
  }, 20_000);
}, 60_000);
