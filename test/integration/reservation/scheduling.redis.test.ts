import {
  EXPIRY_QUEUE_NAME,
  type ExpiryJobData,
  expiryJobId,
  STOCK_LIMITS,
} from '@flashreserve/contracts';
import {
  createMetrics,
  createSilentLogger,
  createTestClock,
  newId,
  noFailpoints,
} from '@flashreserve/ops';
import { type Job, Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { type Logger, pino } from 'pino';
import { createExpiryScheduler } from '../../../services/reservation/src/bullmq/expiry.scheduler';
import { createReservationMetrics } from '../../../services/reservation/src/metrics/reservation-metrics';
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
/** Far enough in the future for jobs to stay delayed. */
const DUE = new Date(clock.now().getTime() + 3_600_000);
let harness: Harness;
let redis: Redis;
let queue: Queue<ExpiryJobData>;

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
/** All delayed jobs that include the reservation. */
const jobsOf = async (reservationId: string): Promise<readonly Job<ExpiryJobData>[]> =>
  (await queue.getDelayed()).filter(({ data }) => data.reservationIds.includes(reservationId));
const expireJobOf = (reservationId: string) => queue.getJob(expiryJobId('expire', reservationId));
/** Waits for the job, which may be added after the Reserve response. */
const addedJobOf = (reservationId: string) =>
  eventually(async () => {
    const job = await expireJobOf(reservationId);
    expect(job).toBeDefined();
    return job;
  }, 2_000);

/** Starts a proxy in front of Redis; returns it and its URL. */
const proxyToRedis = async (mode: TcpProxyMode): Promise<{ proxy: TcpProxy; url: string }> => {
  const url = new URL(harness.redisUrl);
  const proxy = await harness.startProxy({ host: url.hostname, port: Number(url.port), mode });
  url.host = proxy.address;
  return { proxy, url: url.toString() };
};

/** A logger that records its lines. */
const createMemoryLog = (): { log: Logger; lines: { reservations?: number }[] } => {
  const lines: { reservations?: number }[] = [];
  const log = pino({ level: 'warn' }, { write: (line) => lines.push(JSON.parse(line)) });
  return { log, lines };
};

const timed = async <Result>(work: Promise<Result>): Promise<{ result: Result; ms: number }> => {
  const startedAt = performance.now();
  return { result: await work, ms: performance.now() - startedAt };
};

describe('the expiry job', () => {
  it('the job is due at the expiry by the service clock, is kept on failure, and contains only the id', async () => {
    const api = await harness.start({ clock });
    const { reservationId, expireTime } = await reserveOne(api);

    const job = await addedJobOf(reservationId);

    expect(job?.name).toBe('expire');
    expect(job?.data).toEqual({ reservationIds: [reservationId] });
    expect(job?.delay).toBe(Number(expireTime) - clock.now().getTime());
    expect(job?.opts).toMatchObject({
      attempts: 10,
      backoff: { type: 'exponential', delay: 1_000, jitter: 0.5 },
      removeOnComplete: { age: 3_600, count: 1_000 },
      removeOnFail: { age: 604_800, count: 10_000 },
    });
  });

  it('a replay adds the job that the first call could not add, and never a duplicate', async () => {
    const api = await harness.start({ clock });
    const customerId = newId();
    const productId = await harness.catalog.newProduct(1);
    const request = { lines: [{ productId, quantity: 1 }], idempotencyKey: 'lost-job' };
    const { reservationId } = reservationOf(await api.reserve(customerId, request));
    await (await addedJobOf(reservationId))?.remove();
    clock.advanceMs(10_000);

    await api.reserve(customerId, request);
    await api.reserve(customerId, request);

    const job = await addedJobOf(reservationId);
    expect(job?.delay).toBe((TTL_SECONDS - 10) * 1000);
    expect(await jobsOf(reservationId)).toHaveLength(1);
  });

  it('reservations created together share jobs, and each is in one', async () => {
    const api = await harness.start({ clock });
    const productId = await harness.catalog.newProduct(60);
    const line = { lines: [{ productId, quantity: 1 }] };

    const responses = await Promise.all(
      Array.from({ length: 60 }, () => api.reserve(newId(), line)),
    );

    const jobs = await eventually(async () => {
      const found = await Promise.all(
        responses.map((response) => jobsOf(reservationOf(response).reservationId)),
      );
      expect(found.every(({ length }) => length === 1)).toBe(true);
      return found;
    }, 2_000);
    const jobIds = new Set(jobs.flat().map(({ id }) => id));
    expect(jobIds.size).toBeLessThan(30);
    expect(jobs.flat().some(({ data }) => data.reservationIds.length > 1)).toBe(true);
  });

  it('replays do not multiply jobs, shared or not', async () => {
    const api = await harness.start({ clock });
    const productId = await harness.catalog.newProduct(10);
    const requests = Array.from({ length: 10 }, (_, index) => ({
      customerId: newId(),
      input: { lines: [{ productId, quantity: 1 }], idempotencyKey: `again-${index}` },
    }));
    const reserveAll = () =>
      Promise.all(requests.map(({ customerId, input }) => api.reserve(customerId, input)));
    const reservationIds = (await reserveAll()).map(
      (response) => reservationOf(response).reservationId,
    );

    for (let round = 0; round < 20; round += 1) await reserveAll();

    for (const reservationId of reservationIds) {
      await addedJobOf(reservationId);
      expect((await jobsOf(reservationId)).length).toBeLessThanOrEqual(2);
    }
  });
});

describe('without Redis', () => {
  it('the service starts and serves, counts missing jobs, and adds jobs again once Redis is back', async () => {
    const { proxy, url } = await proxyToRedis('refuse');
    const { log, lines } = createMemoryLog();
    const api = await harness.start({ redisUrl: url, log });
    await reserveOne(api);

    const { result: kept, ms } = await timed(reserveOne(api));
    await api.confirm(kept.customerId, kept.reservationId);
    const given = await reserveOne(api);
    await api.cancel(given.customerId, given.reservationId);

    expect(ms).toBeLessThan(1_500);
    expect(lines.some(({ reservations = 0 }) => reservations > 0)).toBe(true);
    await harness.catalog.expectStock(kept.productId, { sold: 1 });
    expect(await harness.catalog.stockOf(given.productId)).toMatchObject({ available: 1 });
    expect(await expireJobOf(kept.reservationId)).toBeUndefined();

    proxy.setMode('pass');
    await eventually(async () => {
      const { reservationId } = await reserveOne(api);
      await addedJobOf(reservationId);
    }, 10_000);
  });

  it('a hanging Redis delays at most the first call, and its return is detected', async () => {
    const { proxy, url } = await proxyToRedis('pass');
    const api = await harness.start({ redisUrl: url });
    await reserveOne(api);
    const usual = await timed(reserveOne(api));
    proxy.setMode('hold-replies');

    const first = await timed(reserveOne(api));
    const others = await timed(
      (async () => {
        for (let count = 0; count < 5; count += 1) await reserveOne(api);
      })(),
    );

    expect(first.ms).toBeLessThan(1_500 + 2 * usual.ms);
    // If each call waited for the add timeout of 500 ms, five would take 2.5 s more than usual.
    expect(others.ms).toBeLessThan(1_500 + 5 * usual.ms);

    proxy.setMode('pass');
    await eventually(async () => {
      const { reservationId } = await reserveOne(api);
      await addedJobOf(reservationId);
    }, 10_000);
  });

  it('no caller waits more than a second for a hanging Redis, however many are queued', async () => {
    const { proxy, url } = await proxyToRedis('pass');
    const { log, lines } = createMemoryLog();
    const scheduler = createExpiryScheduler({
      redisUrl: url,
      prefix: harness.prefix,
      clock,
      log,
      failpoints: noFailpoints,
      measure: createReservationMetrics(createMetrics()),
    });
    const reservations = Array.from({ length: 1_500 }, () => ({
      reservationId: newId(),
      expiresAt: DUE,
    }));
    const schedule = (reservation: { readonly reservationId: string; readonly expiresAt: Date }) =>
      timed(scheduler.scheduleExpiry(reservation, { repeated: false }));
    await scheduler.waitUntilReady(2_000);
    proxy.setMode('hold-replies');

    const waits = await Promise.all(reservations.map(schedule));
    const { ms: waitAfterwards } = await schedule({ reservationId: newId(), expiresAt: DUE });

    expect(Math.max(...waits.map(({ ms }) => ms))).toBeLessThan(1_300);
    expect(waitAfterwards).toBeLessThan(50);
    expect(lines).toContainEqual(expect.objectContaining({ reservations: 1 }));

    proxy.setMode('pass');
    await eventually(async () => {
      const reservation = { reservationId: newId(), expiresAt: DUE };
      await scheduler.scheduleExpiry(reservation, { repeated: false });
      expect(await jobsOf(reservation.reservationId)).toHaveLength(1);
    }, 10_000);
    expect((await timed(scheduler.stop())).ms).toBeLessThan(2_000);
  });

  it('a rush of more reservations than a job may have gets a few full jobs, added together', async () => {
    const { log, lines } = createMemoryLog();
    const metrics = createMetrics();
    const scheduler = createExpiryScheduler({
      redisUrl: harness.redisUrl,
      prefix: harness.prefix,
      clock,
      log,
      failpoints: noFailpoints,
      measure: createReservationMetrics(metrics),
    });
    await scheduler.waitUntilReady(2_000);
    const ids = Array.from({ length: 3_000 }, newId);

    const scheduled = ids.map((reservationId) =>
      scheduler.scheduleExpiry({ reservationId, expiresAt: DUE }, { repeated: false }),
    );
    await Promise.all(scheduled);
    await scheduler.stop();

    const wanted = new Set(ids);
    const jobs = (await queue.getDelayed()).filter(({ data }) =>
      data.reservationIds.some((id) => wanted.has(id)),
    );
    const added = jobs.flatMap(({ data }) => data.reservationIds);
    expect(added.toSorted()).toEqual(ids.toSorted());
    expect(Math.max(...jobs.map(({ data }) => data.reservationIds.length))).toBe(
      STOCK_LIMITS.settlementIdsMax,
    );
    expect(jobs.length).toBeLessThanOrEqual(7);
    // One add, or another for what came during the first.
    expect(await metrics.metrics()).toMatch(
      /^flashreserve_group_commit_batch_size_count\{queue="expiry_jobs"\} [12]$/m,
    );
    expect(lines).toEqual([]);
  });

  it('jobs requested before the stop are still added', async () => {
    const scheduler = createExpiryScheduler({
      redisUrl: harness.redisUrl,
      prefix: harness.prefix,
      clock,
      log: createSilentLogger(),
      failpoints: noFailpoints,
      measure: createReservationMetrics(createMetrics()),
    });
    await scheduler.waitUntilReady(2_000);
    const ids = Array.from({ length: 3 }, newId);

    const scheduled = ids.map((reservationId) =>
      scheduler.scheduleExpiry({ reservationId, expiresAt: DUE }, { repeated: false }),
    );
    await scheduler.stop();
    await Promise.all(scheduled);

    for (const id of ids) expect(await jobsOf(id)).toHaveLength(1);
  });
});
