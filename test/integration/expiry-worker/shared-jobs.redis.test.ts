import { EXPIRY_JOB_NAMES, type ExpiryJobData, expiryJobId } from '@flashreserve/contracts';
import { newId } from '@flashreserve/ops';
import type { Job } from 'bullmq';
import { eventually } from '../../support/eventually';
import { type HeldUnit, NO_SWEEPS, seeStockBack, startWorld, type World } from './world';

/** Longer than a slow machine takes to reserve and to find the jobs. */
const TTL_SECONDS = 8;

let world: World;

beforeAll(async () => {
  world = await startWorld({ ttlSeconds: TTL_SECONDS });
  await world.startWorker(NO_SWEEPS);
});
afterAll(async () => {
  await world.stop();
});

const reserveAll = (productId: string, units: number): Promise<HeldUnit[]> =>
  Promise.all(Array.from({ length: units }, () => world.reserve(productId)));
const idsOf = (held: readonly HeldUnit[]): string[] =>
  held.map(({ reservationId }) => reservationId);
const dueAtOf = (held: readonly HeldUnit[]): number =>
  Math.max(...held.map(({ expiresAt }) => expiresAt.getTime()));

/** The jobs that reservation adds for these units, shortly after its response. */
const jobsOf = (held: readonly HeldUnit[]): Promise<readonly Job<ExpiryJobData>[]> =>
  eventually(async () => {
    const ids = new Set(idsOf(held));
    const jobs = (await world.queue.getDelayed()).filter(({ data }) =>
      (data as ExpiryJobData).reservationIds?.some((id) => ids.has(id)),
    );
    const named = new Set(jobs.flatMap(({ data }) => (data as ExpiryJobData).reservationIds));
    expect(named).toEqual(ids);
    return jobs;
  }, 5_000);

/** Removes the jobs added by reservation, so that the test's own job is the only one. */
const removeJobsOf = async (held: readonly HeldUnit[]): Promise<void> => {
  for (const job of await jobsOf(held)) await job.remove();
};

const addJob = (data: unknown, delayMs: number): Promise<Job> =>
  world.queue.add(EXPIRY_JOB_NAMES.expire, data, {
    jobId: `test-${newId()}`,
    delay: Math.max(0, delayMs),
  });

const stateOf = async (job: Job): Promise<string> => job.getState();

describe('a shared job', () => {
  it('reservations that are due together share a job, and each is released once', async () => {
    const units = 200;
    const productId = await world.newProduct(units);
    const held = await reserveAll(productId, units);
    const jobs = await jobsOf(held);
    const named = jobs.flatMap(({ data }) => data.reservationIds);

    expect(named).toHaveLength(units);
    expect(jobs.length).toBeLessThan(units / 4);

    const seenAt = await seeStockBack(world, productId, units, 20_000);

    expect(seenAt.getTime() - dueAtOf(held)).toBeLessThan(2_000);
    await eventually(async () => {
      for (const job of jobs) expect(await stateOf(job)).toBe('completed');
    }, 5_000);
    const reports = await Promise.all(
      jobs.map(async ({ id }) => (await world.queue.getJob(String(id)))?.returnvalue),
    );
    expect(reports.reduce((sum, { changed }) => sum + changed, 0)).toBe(units);
    expect(await world.isConsistent(productId)).toBe(true);
  });

  it('an id that can never succeed fails alone, and the rest of its job is settled on time', async () => {
    const productId = await world.newProduct(3);
    const held = await reserveAll(productId, 3);
    await removeJobsOf(held);
    const [first = '', ...others] = idsOf(held);

    const job = await addJob(
      { reservationIds: [first, 'no uuid', ...others] },
      dueAtOf(held) - Date.now(),
    );

    const seenAt = await seeStockBack(world, productId, 3, 20_000);
    expect(seenAt.getTime() - dueAtOf(held)).toBeLessThan(1_500);
    await eventually(async () => {
      expect(await stateOf(job)).toBe('failed');
    }, 5_000);
    const stored = await world.queue.getJob(String(job.id));
    expect(stored?.data).toEqual({ reservationIds: ['no uuid'] });
    expect(stored?.attemptsMade).toBe(1);
    expect(stored?.failedReason).toContain('1 of 4 holds');
  });

  it('an early shared job is put back for reservations not due, which are released on time', async () => {
    const productId = await world.newProduct(3);
    const held = await reserveAll(productId, 3);
    await removeJobsOf(held);
    const [sold, ...pending] = held;
    if (sold === undefined) throw new TypeError('Nothing was reserved.');
    await world.confirm(sold);

    const job = await addJob({ reservationIds: idsOf(held) }, 0);

    await eventually(async () => {
      expect(await stateOf(job)).toBe('delayed');
    }, 1_500);
    const stored = await world.queue.getJob(String(job.id));
    expect(stored?.data).toEqual({ reservationIds: idsOf(pending) });
    const seenAt = await eventually(async () => {
      expect(await world.product(productId)).toMatchObject({
        availableUnits: 2,
        heldUnits: 0,
        soldUnits: 1,
      });
      return Date.now();
    }, 20_000);
    expect(seenAt - dueAtOf(held)).toBeLessThan(1_500);
    expect(await world.isConsistent(productId)).toBe(true);
  });
});

describe('a job for one reservation', () => {
  it('an early job is put back unchanged', async () => {
    const held = await world.reserve(await world.newProduct(1));
    await world.queue.remove(expiryJobId('expire', held.reservationId));

    const job = await addJob({ reservationIds: [held.reservationId] }, 0);

    await eventually(async () => {
      expect(await stateOf(job)).toBe('delayed');
    }, 1_500);
    const stored = await world.queue.getJob(String(job.id));
    expect(stored?.data).toEqual({ reservationIds: [held.reservationId] });
    await seeStockBack(world, held.productId, 1, 20_000);
  });
});
