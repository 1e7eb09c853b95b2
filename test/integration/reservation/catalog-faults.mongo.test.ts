import { EXPIRY_QUEUE_NAME, expiryJobId } from '@flashreserve/contracts';
import { newId } from '@flashreserve/ops';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { eventually } from '../../support/eventually';
import type { TcpProxy } from '../../support/tcp-proxy';
import {
  type Harness,
  type ReservationApi,
  refusalOf,
  reservationOf,
  startHarness,
} from './harness';

let harness: Harness;
let proxy: TcpProxy;
let api: ReservationApi;
let redis: Redis;
let queue: Queue;

beforeAll(async () => {
  harness = await startHarness();
  proxy = await harness.startProxy({ port: harness.catalogPort });
  api = await harness.start({ catalogTarget: proxy.address });
  redis = new Redis(harness.redisUrl, { maxRetriesPerRequest: null });
  queue = new Queue(EXPIRY_QUEUE_NAME, { connection: redis, prefix: harness.prefix });
});
afterAll(async () => {
  await harness.stop();
  await queue.obliterate({ force: true });
  await queue.close();
  redis.disconnect();
});
afterEach(() => {
  proxy.setMode('pass');
});

const HELD = { available: 4, held: 1, sold: 0 };
const newRequest = async () => {
  const productId = await harness.catalog.newProduct(5);
  return {
    productId,
    customerId: newId(),
    request: { lines: [{ productId, quantity: 1 }], idempotencyKey: newId() },
  };
};
/** Retries until catalog replies again; the timing depends on the client's reconnect. */
const reserveAgain = (
  customerId: string,
  request: Awaited<ReturnType<typeof newRequest>>['request'],
) => eventually(() => api.reserve(customerId, request), 10_000);

/** Creates a reservation, which also ensures a connection to catalog. */
const reserveOne = async () => {
  const { productId, customerId, request } = await newRequest();
  const reservation = reservationOf(await reserveAgain(customerId, request));
  return { ...reservation, productId };
};

describe('while catalog is unavailable', () => {
  it('Reserve fails with CATALOG_UNAVAILABLE within two seconds', async () => {
    const { customerId, request } = await newRequest();
    proxy.setMode('refuse');

    const startedAt = performance.now();
    const refusal = await refusalOf(api.reserve(customerId, request));

    expect(refusal).toMatchObject({
      kind: 'unavailable',
      reason: 'CATALOG_UNAVAILABLE',
      domain: 'reservation.flashreserve',
    });
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });

  it('confirm and cancel succeed, and a job settles the hold later', async () => {
    const kept = await reserveOne();
    const given = await reserveOne();
    proxy.setMode('refuse');

    await api.confirm(kept.customerId, kept.reservationId);
    await api.cancel(given.customerId, given.reservationId);

    for (const { reservationId, productId } of [kept, given]) {
      const data = { reservationIds: [reservationId] };
      const job = { name: 'settle', data, delay: 1_000 };
      await eventually(
        async () =>
          expect(await queue.getJob(expiryJobId('settle', reservationId))).toMatchObject(job),
        5_000,
      );
      expect(await harness.catalog.stockOf(productId)).toEqual(HELD);
    }
  });

  it('a hanging catalog does not delay confirm, and delays cancel by at most about two seconds', async () => {
    const sold = await reserveOne();
    const dropped = await reserveOne();
    proxy.setMode('hold-replies');

    const startedAt = performance.now();
    await api.confirm(sold.customerId, sold.reservationId);
    const confirmedAt = performance.now();
    await api.cancel(dropped.customerId, dropped.reservationId);

    expect(confirmedAt - startedAt).toBeLessThan(1_500);
    expect(performance.now() - confirmedAt).toBeLessThan(3_000);
    for (const { reservationId } of [sold, dropped]) {
      await eventually(
        async () => expect(await queue.getJob(expiryJobId('settle', reservationId))).toBeDefined(),
        5_000,
      );
    }
  });
});

describe('when the reply to the decrement is lost', () => {
  it('the automatic retry of the call takes nothing twice', async () => {
    await reserveOne();
    const { productId, customerId, request } = await newRequest();
    proxy.setMode('hold-replies');
    const reserving = api.reserve(customerId, request);
    await eventually(
      async () => expect(await harness.catalog.stockOf(productId)).toEqual(HELD),
      5_000,
    );

    proxy.cut();
    proxy.setMode('pass');

    expect((await reserving).replayed).toBe(false);
    expect(await harness.catalog.stockOf(productId)).toEqual(HELD);
  });

  it('a retry by the customer takes nothing twice', async () => {
    await reserveOne();
    const { productId, customerId, request } = await newRequest();
    proxy.setMode('hold-replies');
    const failing = refusalOf(api.reserve(customerId, request));
    await eventually(
      async () => expect(await harness.catalog.stockOf(productId)).toEqual(HELD),
      5_000,
    );
    proxy.setMode('refuse');

    expect((await failing).reason).toBe('CATALOG_UNAVAILABLE');
    expect((await api.list(customerId)).reservations).toEqual([]);
    proxy.setMode('pass');

    const first = await reserveAgain(customerId, request);
    const second = await api.reserve(customerId, request);
    expect([first.replayed, second.replayed]).toEqual([false, true]);
    expect(await harness.catalog.stockOf(productId)).toEqual(HELD);
  });
});
