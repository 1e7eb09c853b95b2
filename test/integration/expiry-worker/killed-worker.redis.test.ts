import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { expiryJobId } from '@flashreserve/contracts';
import { eventually } from '../../support/eventually';
import {
  type HeldUnit,
  NO_SWEEPS,
  proxyTo,
  seeStockBack,
  startWorld,
  type World,
  waitUntilQueueIsFed,
} from './world';

const TTL_SECONDS = 6;
const MAIN_FILE = resolve(__dirname, '../../../services/expiry-worker/dist/main.js');

let world: World;
const processes: ChildProcess[] = [];

beforeAll(async () => {
  if (!existsSync(MAIN_FILE)) {
    throw new Error(`${MAIN_FILE} is missing: run \`npm run build\` first.`);
  }
  world = await startWorld({ ttlSeconds: TTL_SECONDS });
});
afterEach(async () => {
  for (const child of processes.splice(0)) await kill(child);
  world.redisProxy.setMode('pass');
  await waitUntilQueueIsFed(world);
});
afterAll(async () => {
  await world.stop();
});

/** Starts the compiled worker as a separate process and waits until it logs that it runs. */
const startProcess = async (
  overrides: Readonly<Record<string, string>> = NO_SWEEPS,
): Promise<ChildProcess> => {
  const child = spawn(process.execPath, [MAIN_FILE], {
    env: { ...world.env, LOG_LEVEL: 'info', LOG_FORMAT: 'json', ...overrides },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  processes.push(child);
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  await eventually(async () => {
    if (child.exitCode !== null) throw new Error(`The worker ended:\n${output}`);
    expect(output).toContain('The expiry worker is running.');
  }, 20_000);
  return child;
};

const kill = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
};

const reserveAll = async (productId: string, units: number): Promise<HeldUnit[]> =>
  Promise.all(Array.from({ length: units }, () => world.reserve(productId)));

describe('a worker that is killed with SIGKILL', () => {
  it('a worker that is killed and restarted releases everything that is due, each unit once', async () => {
    const units = 100;
    const productId = await world.newProduct(units);
    const sweeps = { SWEEP_INTERVAL_SECONDS: '5' };
    let child = await startProcess(sweeps);
    const held = await reserveAll(productId, units);
    const firstDueAt = Math.min(...held.map(({ expiresAt }) => expiresAt.getTime()));
    const lastDueAt = Math.max(...held.map(({ expiresAt }) => expiresAt.getTime()));

    // Killed while it works, at a different moment each time.
    for (const afterMs of [0, 60, 150]) {
      await eventually(async () => {
        expect(Date.now()).toBeGreaterThanOrEqual(firstDueAt + afterMs);
      }, 20_000);
      await kill(child);
      child = await startProcess(sweeps);
    }
    const seenAt = await seeStockBack(world, productId, units, 30_000);

    expect(seenAt.getTime() - lastDueAt).toBeLessThan(15_000);
    expect(await world.isConsistent(productId)).toBe(true);
    for (const unit of held.slice(0, 5)) {
      expect(await world.status(unit)).toBe('RESERVATION_STATUS_EXPIRED');
    }
  });

  it.each([
    ['before catalog received the holds', 'freeze'],
    ['after catalog released the units, with its reply lost', 'hold-replies'],
  ] as const)(
    'a worker killed during a shared job, %s, loses no reservation and releases none twice',
    async (_moment, mode) => {
      const units = 300;
      const productId = await world.newProduct(units);
      const proxy = await proxyTo(`http://${world.env['CATALOG_ADDRESS']}`);
      try {
        const child = await startProcess({
          ...NO_SWEEPS,
          CATALOG_ADDRESS: `127.0.0.1:${proxy.port}`,
        });
        const held = await reserveAll(productId, units);
        const ids = new Set(held.map(({ reservationId }) => reservationId));
        const jobs = await eventually(async () => {
          const found = (await world.queue.getDelayed()).filter(
            ({ data }) => data.reservationIds?.length > 1 && ids.has(data.reservationIds[0]),
          );
          expect(found.length).toBeGreaterThan(0);
          return found;
        }, 5_000);
        proxy.setMode(mode);
        await eventually(
          async () => {
            const states = await Promise.all(jobs.map((job) => job.getState()));
            expect(new Set(states)).toEqual(new Set(['active']));
          },
          TTL_SECONDS * 1_000 + 5_000,
        );
        await eventually(async () => {
          // A sample, because reading all of them at once would slow down the store.
          const statuses = await Promise.all(
            held.filter((_, index) => index % 15 === 0).map(world.status),
          );
          expect(statuses).toContain('RESERVATION_STATUS_EXPIRED');
          const { availableUnits } = await world.product(productId);
          expect(availableUnits > 0).toBe(mode === 'hold-replies');
          // A batch already in flight may have to reach its timeout first.
        }, 12_000);

        await kill(child);
        await startProcess();

        await eventually(async () => {
          for (const job of jobs) expect(await job.getState()).toBe('completed');
        }, 20_000);
        await seeStockBack(world, productId, units, 5_000);
        expect(await world.isConsistent(productId)).toBe(true);
      } finally {
        await proxy.stop();
      }
    },
    90_000,
  );

  it('another worker runs the jobs of a killed worker within about ten seconds', async () => {
    const productId = await world.newProduct(1);
    const proxy = await proxyTo(`http://${world.env['RESERVATION_ADDRESS']}`);
    try {
      const frozen = await startProcess({
        ...NO_SWEEPS,
        RESERVATION_ADDRESS: `127.0.0.1:${proxy.port}`,
      });
      const [held] = await reserveAll(productId, 1);
      if (held === undefined) throw new TypeError('Nothing was reserved.');
      const jobId = expiryJobId('expire', held.reservationId);
      proxy.setMode('freeze');
      await eventually(
        async () => {
          expect(await world.queue.getJobState(jobId)).toBe('active');
        },
        TTL_SECONDS * 1_000 + 3_000,
      );

      await kill(frozen);
      await startProcess();
      const killedAt = Date.now();
      const job = await eventually(async () => {
        expect(await world.queue.getJobState(jobId)).toBe('completed');
        return world.queue.getJob(jobId);
      }, 20_000);

      expect(Date.now() - killedAt).toBeLessThan(13_000);
      expect(job?.stalledCounter).toBeGreaterThanOrEqual(1);
      await seeStockBack(world, productId, 1, 1_000);
    } finally {
      await proxy.stop();
    }
  });
});

describe('a worker that gets SIGTERM', () => {
  it.each(['there', 'away'])(
    'a worker exits with code 0 on SIGTERM while Redis is %s',
    async (redis) => {
      const child = await startProcess();
      if (redis === 'away') world.redisProxy.setMode('refuse');
      const exited = once(child, 'exit');

      child.kill('SIGTERM');

      expect(await exited).toEqual([0, null]);
    },
    15_000,
  );
});
