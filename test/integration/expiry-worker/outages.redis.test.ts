import { setTimeout as pause } from 'node:timers/promises';
import { expiryJobId } from '@flashreserve/contracts';
import { createSilentLogger, newId } from '@flashreserve/ops';
import { eventually } from '../../support/eventually';
import {
  NO_SWEEPS,
  proxyTo,
  reserveWithJob,
  seeStockBack,
  startWorld,
  type World,
  waitUntilQueueIsFed,
} from './world';

const TTL_SECONDS = 2;
const SWEEP_SECONDS = 2;
/** Slack for a busy machine, added to every guaranteed time. */
const SLACK_MS = 1_500;

let world: World;
let worker: Awaited<ReturnType<World['startWorker']>> | undefined;

beforeAll(async () => {
  world = await startWorld({ ttlSeconds: TTL_SECONDS });
});
afterEach(async () => {
  world.redisProxy.setMode('pass');
  await worker?.stop();
  worker = undefined;
  await waitUntilQueueIsFed(world);
});
afterAll(async () => {
  await world.stop();
});

describe('without the queue', () => {
  it('the sweep releases the units within one interval after Redis lost all data', async () => {
    worker = await world.startWorker({ SWEEP_INTERVAL_SECONDS: String(SWEEP_SECONDS) });
    const held = await world.reserve(await world.newProduct(1));

    expect(await world.loseEverythingInRedis()).toBeGreaterThan(0);
    const seenAt = await seeStockBack(world, held.productId, 1, 10_000);

    expect(seenAt.getTime() - held.expiresAt.getTime()).toBeLessThan(
      SWEEP_SECONDS * 1_000 + SLACK_MS,
    );
    expect(await world.status(held)).toBe('RESERVATION_STATUS_EXPIRED');
  });

  it.each([
    ['is down', 'refuse'],
    ['hangs', 'freeze'],
  ] as const)(
    'the sweep releases the units within one interval while Redis %s',
    async (_, mode) => {
      worker = await world.startWorker({ SWEEP_INTERVAL_SECONDS: String(SWEEP_SECONDS) });
      world.redisProxy.setMode(mode);
      const held = await world.reserve(await world.newProduct(1));

      const seenAt = await seeStockBack(world, held.productId, 1, 10_000);

      expect(seenAt.getTime() - held.expiresAt.getTime()).toBeLessThan(
        SWEEP_SECONDS * 1_000 + SLACK_MS,
      );
    },
  );

  it('a worker that starts without Redis sweeps overdue holds', async () => {
    world.redisProxy.setMode('refuse');
    const held = await world.reserve(await world.newProduct(1));
    await pause(TTL_SECONDS * 1_000 + 2_100);

    worker = await world.startWorker(NO_SWEEPS);

    await seeStockBack(world, held.productId, 1, 5_000);
  });
});

describe('after an outage', () => {
  it('after a Redis outage of 8 s the worker runs jobs again within 5 s', async () => {
    worker = await world.startWorker(NO_SWEEPS);
    const held = await reserveWithJob(world, await world.newProduct(1));
    world.redisProxy.setMode('refuse');
    await pause(8_000);
    expect(await world.product(held.productId)).toMatchObject({ availableUnits: 0 });

    world.redisProxy.setMode('pass');
    await seeStockBack(world, held.productId, 1, 5_000);

    const next = await reserveWithJob(world, await world.newProduct(1));
    const seenAt = await seeStockBack(world, next.productId, 1, 10_000);
    expect(seenAt.getTime() - next.expiresAt.getTime()).toBeLessThan(1_000);
  });

  it('after Redis was frozen the worker runs jobs again', async () => {
    worker = await world.startWorker(NO_SWEEPS);
    const held = await reserveWithJob(world, await world.newProduct(1));
    world.redisProxy.setMode('freeze');
    await pause(5_000);

    world.redisProxy.setMode('refuse');
    world.redisProxy.setMode('pass');

    await seeStockBack(world, held.productId, 1, 8_000);
  });

  it('after an outage that began before its start the worker runs jobs', async () => {
    const held = await reserveWithJob(world, await world.newProduct(1));
    world.redisProxy.setMode('refuse');
    worker = await world.startWorker(NO_SWEEPS);
    await pause(TTL_SECONDS * 1_000);

    world.redisProxy.setMode('pass');

    await seeStockBack(world, held.productId, 1, 5_000);
  });

  it('after Redis rejected commands the worker runs jobs again, and retried with backoff', async () => {
    const log = createSilentLogger();
    const refusals = jest.spyOn(log, 'error');
    const [user, password] = [`worker-${newId()}`, newId()];
    const permit = (...rules: readonly string[]) => world.redis.acl('SETUSER', user, ...rules);
    await permit('on', `>${password}`, '~*', '&*', '+@all', '-evalsha', '-eval');
    try {
      const url = new URL(String(world.env['REDIS_URL']));
      Object.assign(url, { username: user, password });
      worker = await world.startWorker({ ...NO_SWEEPS, REDIS_URL: url.toString() }, log);
      const held = await world.reserve(await world.newProduct(1));
      await pause(TTL_SECONDS * 1_000 + 500);
      expect(refusals.mock.calls.length).toBeGreaterThan(0);
      expect(refusals.mock.calls.length).toBeLessThan(15);

      await permit('+@all');
      await seeStockBack(world, held.productId, 1, 5_000);
    } finally {
      await worker?.stop();
      await world.redis.acl('DELUSER', user);
    }
  });

  it('after an outage of reservation the jobs are retried', async () => {
    const proxy = await proxyTo(`http://${world.env['RESERVATION_ADDRESS']}`);
    try {
      worker = await world.startWorker({
        ...NO_SWEEPS,
        RESERVATION_ADDRESS: `127.0.0.1:${proxy.port}`,
      });
      const held = await world.reserve(await world.newProduct(1));
      proxy.setMode('refuse');
      await eventually(async () => {
        const job = await world.queue.getJob(expiryJobId('expire', held.reservationId));
        expect(job?.attemptsMade).toBeGreaterThan(0);
      }, 6_000);

      proxy.setMode('pass');

      await seeStockBack(world, held.productId, 1, 10_000);
    } finally {
      await proxy.stop();
    }
  });
});

describe('stopping', () => {
  it.each([
    ['Redis went down', true],
    ['Redis was never up', false],
  ])('a stop does not hang when %s', async (_when, wasThere) => {
    if (!wasThere) world.redisProxy.setMode('refuse');
    const stopping = await world.startWorker(NO_SWEEPS);
    await pause(500);
    if (wasThere) world.redisProxy.setMode('refuse');
    await pause(500);

    const startedAt = Date.now();
    await stopping.stop();

    expect(Date.now() - startedAt).toBeLessThan(2_000);
  });

  it('a stop does not hang when Redis freezes', async () => {
    const stopping = await world.startWorker(NO_SWEEPS);
    await pause(500);
    world.redisProxy.setMode('freeze');

    const startedAt = Date.now();
    await stopping.stop();

    expect(Date.now() - startedAt).toBeLessThan(8_000);
  });

  it('a stop waits for jobs in progress', async () => {
    const proxy = await proxyTo(`http://${world.env['RESERVATION_ADDRESS']}`);
    try {
      const stopping = await world.startWorker({
        ...NO_SWEEPS,
        RESERVATION_ADDRESS: `127.0.0.1:${proxy.port}`,
      });
      const held = await world.reserve(await world.newProduct(1));
      const jobId = expiryJobId('expire', held.reservationId);
      proxy.setMode('freeze');
      await eventually(async () => {
        expect(await world.queue.getJobState(jobId)).toBe('active');
      }, 5_000);

      const stopped = stopping.stop();
      await pause(200);
      proxy.setMode('refuse');
      proxy.setMode('pass');
      await stopped;

      // Whether its call could be retried in time or not, the job was not left active.
      expect(await world.queue.getJobState(jobId)).not.toBe('active');
    } finally {
      await proxy.stop();
    }
  });
});
