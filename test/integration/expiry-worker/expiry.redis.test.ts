import { EXPIRY_JOB_NAMES, expiryJobId } from '@flashreserve/contracts';
import { eventually } from '../../support/eventually';
import { type HeldUnit, NO_SWEEPS, seeStockBack, startWorld, type World } from './world';

const TTL_SECONDS = 2;

let world: World;

beforeAll(async () => {
  world = await startWorld({ ttlSeconds: TTL_SECONDS });
  await world.startWorker(NO_SWEEPS);
});
afterAll(async () => {
  await world.stop();
});

const addJob = (held: HeldUnit, jobId: string, delayMs: number) =>
  world.queue.add(
    EXPIRY_JOB_NAMES.expire,
    { reservationIds: [held.reservationId] },
    { jobId, delay: delayMs },
  );

const latenessMs = async (held: HeldUnit, units: number): Promise<number> => {
  const seenAt = await seeStockBack(world, held.productId, units, 10_000);
  return seenAt.getTime() - held.expiresAt.getTime();
};

describe('expiry', () => {
  it('units are released within 1 s of expiresAt, and not before', async () => {
    const lateness: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      const held = await world.reserve(await world.newProduct(1));
      lateness.push(await latenessMs(held, 1));
      expect(await world.status(held)).toBe('RESERVATION_STATUS_EXPIRED');
    }

    expect(Math.min(...lateness)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...lateness)).toBeLessThan(1_000);
  });

  it('the expiry job of a confirmed reservation changes nothing', async () => {
    const held = await world.reserve(await world.newProduct(2));
    await world.confirm(held);
    const jobId = expiryJobId('expire', held.reservationId);

    await eventually(async () => {
      expect(await world.queue.getJobState(jobId)).toBe('completed');
    }, 5_000);

    expect(await world.product(held.productId)).toMatchObject({
      availableUnits: 1,
      heldUnits: 0,
      soldUnits: 1,
    });
    expect(await world.status(held)).toBe('RESERVATION_STATUS_CONFIRMED');
  });

  it('a job settles the hold of a confirmed reservation as SOLD if the immediate commit failed', async () => {
    const held = await world.reserve(await world.newProduct(2));
    world.catalogProxy.setMode('refuse');
    try {
      await world.confirm(held);
    } finally {
      world.catalogProxy.setMode('pass');
    }

    await eventually(async () => {
      expect(await world.product(held.productId)).toMatchObject({ heldUnits: 0, soldUnits: 1 });
    }, 8_000);

    expect(await world.product(held.productId)).toMatchObject({ availableUnits: 1 });
    expect(await world.isConsistent(held.productId)).toBe(true);
  });

  it('several jobs for one reservation release its units once', async () => {
    const held = await world.reserve(await world.newProduct(5));
    const delayMs = held.expiresAt.getTime() - Date.now();
    const jobIds = Array.from({ length: 10 }, (_, index) => `again-${index}-${held.reservationId}`);
    await Promise.all(jobIds.map((jobId) => addJob(held, jobId, delayMs)));

    await eventually(async () => {
      for (const jobId of jobIds) {
        expect(await world.queue.getJobState(jobId)).toBe('completed');
      }
    }, 10_000);

    expect(await world.product(held.productId)).toMatchObject({ availableUnits: 5, heldUnits: 0 });
    const late = await addJob(held, `late-${held.reservationId}`, 0);
    await eventually(async () => {
      expect(await late.getState()).toBe('completed');
    }, 5_000);
    expect(await world.product(held.productId)).toMatchObject({ availableUnits: 5, heldUnits: 0 });
    expect(await world.isConsistent(held.productId)).toBe(true);
  });

  it('an early job is put back and runs when its reservation is due', async () => {
    const held = await world.reserve(await world.newProduct(1));
    await world.queue.remove(expiryJobId('expire', held.reservationId));

    const job = await addJob(held, `early-${held.reservationId}`, 0);
    await eventually(async () => {
      expect(await job.getState()).toBe('delayed');
    }, 1_500);
    expect(await world.product(held.productId)).toMatchObject({ availableUnits: 0, heldUnits: 1 });

    expect(await latenessMs(held, 1)).toBeLessThan(1_000);
    await eventually(async () => {
      expect(await job.getState()).toBe('completed');
    }, 2_000);
  });

  it('poison jobs fail for good while the others run on time', async () => {
    const held = await world.reserve(await world.newProduct(1));
    const poison = await Promise.all(
      [{ reservationIds: ['no uuid'] }, { reservationId: { $gt: '' } }, 'text', null].map(
        (data, index) =>
          world.queue.add(EXPIRY_JOB_NAMES.expire, data, {
            jobId: `poison-${index}-${held.reservationId}`,
            attempts: 10,
            delay: held.expiresAt.getTime() - Date.now(),
          }),
      ),
    );

    expect(await latenessMs(held, 1)).toBeLessThan(1_000);

    for (const job of poison) {
      await eventually(async () => {
        expect(await job.getState()).toBe('failed');
      }, 5_000);
      const stored = await world.queue.getJob(String(job.id));
      expect(stored?.attemptsMade).toBe(1);
      expect(stored?.failedReason).toContain('unusable');
    }
  });
});
