import { EXPIRY_QUEUE_NAME, expiryJobId } from '@flashreserve/contracts';
import { createTestClock } from '@flashreserve/platform/clock';
import { newId } from '@flashreserve/platform/ids';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { type Logger, pino } from 'pino';
import { eventually } from '../../support/eventually';
import type { TcpProxy, TcpProxyMode } from '../../support/tcp-proxy';
import {
  type Harness,
  type ReservationApi,
  reservationOf,
  startHarness,
  TTL_SECONDS,
} from './harness';

const clock = createTestClock(new Date());
let harness: Harness;
let redis: Redis;
let queue: Queue;

beforeAll(async () => {
  harness = await startHarness();
  redis = new Redis(harness.redisUrl, { maxRetriesPerRequest: null });
  queue = new Queue(EXPIRY_QUEUE_NAME, { connection: redis, prefix: harness.prefix });
});
afterAll(async () => {
  await harness.stop();
  await queue.obliterate({ force: true });
  await queue.close();
  redis.disconnect();
});

const reserveOne = async (api: ReservationApi, idempotencyKey = '', customerId = newId()) => {
  const productId = await harness.catalog.newProduct(1);
  return {
    ...reservationOf(
      await api.reserve(customerId, { lines: [{ productId, quantity: 1 }], idempotencyKey }),
    ),
    productId,
  };
};
const expireJobOf = (reservationId: string) => queue.getJob(expiryJobId('expire', reservationId));

/** A proxy in front of Redis, and the URL that leads through it. */
const proxyToRedis = async (mode: TcpProxyMode): Promise<{ proxy: TcpProxy; url: string }> => {
  const url = new URL(harness.redisUrl);
  const proxy = await harness.startProxy({ host: url.hostname, port: Number(url.port), mode });
  url.host = proxy.address;
  return { proxy, url: url.toString() };
};

/** A logger that keeps what it was told. */
const createMemoryLog = (): { log: Logger; lines: { missingJobs?: number }[] } => {
  const lines: { missingJobs?: number }[] = [];
  const log = pino({ level: 'warn' }, { write: (line) => lines.push(JSON.parse(line)) });
  return { log, lines };
};

const timed = async <Result>(work: Promise<Result>): Promise<{ result: Result; ms: number }> => {
  const startedAt = performance.now();
  return { result: await work, ms: performance.now() - startedAt };
};

describe('the expiry job', () => {
  it('is due at the expiry by the clock of this service, is kept on failure, and knows only the id', async () => {
    const api = await harness.start({ clock });
    const { reservationId, expireTime } = await reserveOne(api);

    const job = await expireJobOf(reservationId);

    expect(job?.name).toBe('expire');
    expect(job?.data).toEqual({ reservationId });
    expect(job?.delay).toBe(Number(expireTime) - clock.now().getTime());
    expect(job?.opts).toMatchObject({
      attempts: 10,
      backoff: { type: 'exponential', delay: 1_000, jitter: 0.5 },
      removeOnComplete: { age: 3_600, count: 1_000 },
      removeOnFail: { age: 604_800, count: 10_000 },
    });
  });

  it('is made up for by a replay when the first call could not add it, and is never doubled', async () => {
    const api = await harness.start({ clock });
    const customerId = newId();
    const productId = await harness.catalog.newProduct(1);
    const request = { lines: [{ productId, quantity: 1 }], idempotencyKey: 'lost-job' };
    const { reservationId } = reservationOf(await api.reserve(customerId, request));
    await (await expireJobOf(reservationId))?.remove();
    clock.advanceMs(10_000);

    await api.reserve(customerId, request);
    await api.reserve(customerId, request);

    const job = await expireJobOf(reservationId);
    expect(job?.delay).toBe((TTL_SECONDS - 10) * 1000);
    const delayed = await queue.getDelayed();
    expect(delayed.filter(({ data }) => data.reservationId === reservationId)).toHaveLength(1);
  });
});

describe('without Redis', () => {
  it('starts, reserves, confirms and cancels, counts the missing jobs, and adds jobs again afterwards', async () => {
    const { proxy, url } = await proxyToRedis('refuse');
    const { log, lines } = createMemoryLog();
    const api = await harness.start({ redisUrl: url, log });
    await reserveOne(api);

    const { result: kept, ms } = await timed(reserveOne(api));
    await api.confirm(kept.customerId, kept.reservationId);
    const given = await reserveOne(api);
    await api.cancel(given.customerId, given.reservationId);

    expect(ms).toBeLessThan(1_500);
    expect(lines.some(({ missingJobs = 0 }) => missingJobs > 0)).toBe(true);
    expect(await harness.catalog.stockOf(kept.productId)).toMatchObject({ sold: 1 });
    expect(await harness.catalog.stockOf(given.productId)).toMatchObject({ available: 1 });
    expect(await expireJobOf(kept.reservationId)).toBeUndefined();

    proxy.setMode('pass');
    await eventually(async () => {
      const { reservationId } = await reserveOne(api);
      expect(await expireJobOf(reservationId)).toBeDefined();
    }, 10_000);
  });

  it('waits for a Redis that hangs once, not each time, and finds out by itself when it is back', async () => {
    const { proxy, url } = await proxyToRedis('pass');
    const api = await harness.start({ redisUrl: url });
    await reserveOne(api);
    proxy.setMode('hold-replies');

    const first = await timed(reserveOne(api));
    const others = await timed(
      (async () => {
        for (let count = 0; count < 5; count += 1) await reserveOne(api);
      })(),
    );

    expect(first.ms).toBeLessThan(1_500);
    // Five of them together stay below what the first one waited for the queue alone.
    expect(others.ms).toBeLessThan(1_500);

    proxy.setMode('pass');
    await eventually(async () => {
      const { reservationId } = await reserveOne(api);
      expect(await expireJobOf(reservationId)).toBeDefined();
    }, 10_000);
  });
});
