import { EXPIRY_JOB_NAMES, type ExpiryJobData, STOCK_LIMITS } from '@flashreserve/contracts';
import { eventually } from '../../support/eventually';
import { type HeldUnit, NO_SWEEPS, seeStockBack, startWorld, type World } from './world';

const TTL_SECONDS = 8;
/** Number of concurrent reservations. */
const WAVE = 50;

let world: World;

beforeAll(async () => {
  world = await startWorld({ ttlSeconds: TTL_SECONDS });
  await world.startWorker(NO_SWEEPS);
});
afterAll(async () => {
  await world.stop();
});

const reserveAll = async (
  productId: string,
  units: number,
): Promise<{ readonly held: readonly HeldUnit[]; readonly lastDueAt: number }> => {
  const held: HeldUnit[] = [];
  while (held.length < units) {
    const wave = Math.min(WAVE, units - held.length);
    held.push(...(await Promise.all(Array.from({ length: wave }, () => world.reserve(productId)))));
  }
  return { held, lastDueAt: Math.max(...held.map(({ expiresAt }) => expiresAt.getTime())) };
};

const sleepUntil = (time: number): Promise<void> =>
  eventually(async () => {
    expect(Date.now()).toBeGreaterThan(time);
  }, 60_000);

/**
 * Adds a job to each hold that has none: if Redis replies late, reservation leaves the jobs of a
 * second to the sweep, and this test is about jobs.
 */
const addMissingJobs = async (held: readonly HeldUnit[], dueAt: number): Promise<void> => {
  const jobs = await world.queue.getJobs(['delayed', 'waiting']);
  const named = new Set(jobs.flatMap(({ data }) => (data as ExpiryJobData).reservationIds));
  const missing = held.map(({ reservationId }) => reservationId).filter((id) => !named.has(id));
  const delay = Math.max(0, dueAt - Date.now());
  for (let start = 0; start < missing.length; start += STOCK_LIMITS.settlementIdsMax) {
    const reservationIds = missing.slice(start, start + STOCK_LIMITS.settlementIdsMax);
    await world.queue.add(EXPIRY_JOB_NAMES.expire, { reservationIds }, { delay });
  }
};

it('1,000 holds that are due together are released within a few seconds', async () => {
  const units = 1_000;
  const productId = await world.newProduct(units);
  await world.queue.pause();
  try {
    const { held, lastDueAt } = await reserveAll(productId, units);
    await sleepUntil(lastDueAt);
    await addMissingJobs(held, lastDueAt);
    expect(await world.product(productId)).toMatchObject({ availableUnits: 0, heldUnits: units });
  } finally {
    await world.queue.resume();
  }
  const resumedAt = Date.now();
  const seenAt = await seeStockBack(world, productId, units, 20_000);

  expect(seenAt.getTime() - resumedAt).toBeLessThan(8_000);
  expect(await world.isConsistent(productId)).toBe(true);
  // Most of the time is spent creating the holds, which may take long on a busy machine.
}, 180_000);

it('two workers and their sweeps release the same holds once', async () => {
  const units = 100;
  await world.startWorker({ SWEEP_INTERVAL_SECONDS: '1' });
  const productId = await world.newProduct(units);
  const { held, lastDueAt } = await reserveAll(productId, units);
  await Promise.all(
    held.map(({ reservationId, expiresAt }) =>
      world.queue.add(
        EXPIRY_JOB_NAMES.expire,
        { reservationIds: [reservationId] },
        { jobId: `twice-${reservationId}`, delay: expiresAt.getTime() - Date.now() },
      ),
    ),
  );

  const seenAt = await seeStockBack(world, productId, units, 20_000);

  expect(seenAt.getTime() - lastDueAt).toBeLessThan(3_000);
  await eventually(async () => {
    const counts = await world.queue.getJobCounts('active', 'waiting', 'delayed');
    expect(counts).toEqual({ active: 0, waiting: 0, delayed: 0 });
  }, 10_000);
  expect(await world.product(productId)).toMatchObject({ availableUnits: units, heldUnits: 0 });
  expect(await world.isConsistent(productId)).toBe(true);
});
