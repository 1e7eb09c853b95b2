import { ReservationServiceClient } from '@flashreserve/contracts/reservation';
import { newId } from '@flashreserve/ops';
import { callUnary } from '@flashreserve/rpc';
import { credentials } from '@grpc/grpc-js';
import { eventually } from '../../support/eventually';
import { freePort } from '../../support/free-port';
import { type MongoProxy, startMongoProxy } from '../../support/mongo-proxy';
import { type Harness, refusalOf, startHarness } from '../reservation/harness';
import { leftWaiting } from './left-waiting';

// Goal: single commands to reservation's store may hang while the store answers all others, so that
// its health stays good. Each call still ends by its own deadline, and later ones succeed as soon
// as the store answers such commands again, although the connections of the lost ones stay dead.

/** Enough for catalog to take 125 holds on a busy machine: only the inserts must be late. */
const DEADLINE_MS = 600;
/** Slack for a busy machine. */
const MARGIN_MS = 10_000;
const BACK_MS = 2_000 + 2_000;

let harness: Harness;
let proxy: MongoProxy;
let client: ReservationServiceClient;
let metricsUrl: string;

beforeAll(async () => {
  harness = await startHarness();
  proxy = await startMongoProxy(harness.mongoUri);
  const metricsPort = await freePort();
  metricsUrl = `http://127.0.0.1:${metricsPort}/metrics`;
  const port = await harness.startInstance({
    mongoUri: proxy.uri,
    env: { METRICS_PORT: String(metricsPort) },
  });
  client = new ReservationServiceClient(`127.0.0.1:${port}`, credentials.createInsecure());
});
afterEach(() => {
  proxy.heal();
});
afterAll(async () => {
  client.close();
  await harness.stop();
  await proxy.stop();
});

const within = (ms: number, customerId: string) => ({
  token: harness.auth.userToken(customerId),
  deadline: new Date(Date.now() + ms),
});
const reserve = (productId: string, ms: number) => {
  const request = {
    customerId: '',
    lines: [{ productId, quantity: 1 }],
    idempotencyKey: newId(),
    requestId: '',
  };
  return callUnary(client, 'reserve', request, within(ms, newId()));
};
const nothingWaits = () =>
  eventually(async () => expect(await leftWaiting(metricsUrl, 'entries')).toBe(0), 1_000);
const swallowedMore = (before: number, more: number) =>
  eventually(async () => expect(proxy.swallowed()).toBeGreaterThanOrEqual(before + more), 5_000);

it('two hanging inserts do not block Reserve: all calls end by their deadlines, and the next succeeds', async () => {
  const productId = await harness.catalog.newProduct(1_000);
  await reserve(productId, 10_000);
  const before = proxy.swallowed();
  proxy.swallow('insert');

  const hanging = [refusalOf(reserve(productId, 1_500))];
  await swallowedMore(before, 1);
  hanging.push(refusalOf(reserve(productId, 1_500)));
  const startedAt = performance.now();
  const others = await Promise.all(
    Array.from({ length: 125 }, () => refusalOf(reserve(productId, DEADLINE_MS))),
  );
  const tookMs = performance.now() - startedAt;

  expect(new Set(others.map(({ kind }) => kind))).toEqual(new Set(['deadline']));
  expect(tookMs).toBeLessThan(DEADLINE_MS + MARGIN_MS);
  // The service itself has also stopped waiting: the first two calls have ended, and the queue is
  // empty.
  for (const { kind } of await Promise.all(hanging)) expect(kind).toBe('deadline');
  await nothingWaits();
  proxy.heal();
  await eventually(async () => {
    await reserve(productId, 1_000);
  }, BACK_MS);
});

it.each(['update', 'find'])(
  'Confirm and reads end by their deadlines while %s hangs',
  async (name) => {
    const productId = await harness.catalog.newProduct(10);
    const customerId = newId();
    const lines = [{ productId, quantity: 1 }];
    const { reservation } = await callUnary(
      client,
      'reserve',
      { customerId: '', lines, idempotencyKey: '', requestId: '' },
      within(10_000, customerId),
    );
    const one = { customerId: '', reservationId: reservation?.reservationId ?? '' };
    const method = name === 'update' ? 'confirmReservation' : 'getReservation';
    proxy.swallow(name);

    const startedAt = performance.now();
    const refusals = await Promise.all(
      Array.from({ length: 10 }, () =>
        refusalOf(callUnary(client, method, one, within(DEADLINE_MS, customerId))),
      ),
    );

    expect(performance.now() - startedAt).toBeLessThan(DEADLINE_MS + MARGIN_MS);
    expect(new Set(refusals.map(({ kind }) => kind))).toEqual(new Set(['deadline']));
    await nothingWaits();
    proxy.heal();
    await eventually(async () => {
      await callUnary(client, method, one, within(1_000, customerId));
    }, BACK_MS);
  },
);
