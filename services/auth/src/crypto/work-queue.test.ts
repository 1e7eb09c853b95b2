import { createTestClock } from '@flashreserve/ops';
import type { WorkLimits } from '../application/ports';
import { createWorkQueue } from './work-queue';

const START = new Date('2026-11-22T10:00:00Z');

/** Work that the test completes by hand. */
const createWork = () => {
  let finish = (): void => undefined;
  const promise = new Promise<string>((resolve) => {
    finish = () => {
      resolve('done');
    };
  });
  let isStarted = false;
  return {
    run: (): Promise<string> => {
      isStarted = true;
      return promise;
    },
    isStarted: () => isStarted,
    finish: () => {
      finish();
    },
  };
};

const setUp = (options: { readonly concurrency?: number; readonly waitingMax?: number } = {}) => {
  const clock = createTestClock(START);
  const queue = createWorkQueue({ concurrency: 1, waitingMax: 2, clock, ...options });
  const limits = (overrides: Partial<WorkLimits> = {}): WorkLimits => ({
    deadline: new Date(START.getTime() + 5_000),
    signal: new AbortController().signal,
    ...overrides,
  });
  return { clock, queue, limits };
};

describe('a work queue', () => {
  it('the concurrency is never exceeded, and queued work runs in order of arrival', async () => {
    const { queue, limits } = setUp({ concurrency: 2, waitingMax: 10 });
    const works = Array.from({ length: 5 }, createWork);
    const results = works.map((work) => queue.run(work.run, limits()));

    for (const [index, work] of works.entries()) {
      await new Promise(setImmediate);
      expect(works.filter((other) => other.isStarted())).toHaveLength(Math.min(index + 2, 5));
      work.finish();
    }

    await expect(Promise.all(results)).resolves.toEqual(Array(5).fill('done'));
  });

  it('a full queue refuses work with AUTH_BUSY and accepts work again later', async () => {
    const { queue, limits } = setUp();
    const works = Array.from({ length: 3 }, createWork);
    const results = works.map((work) => queue.run(work.run, limits()));

    await expect(queue.run(createWork().run, limits())).rejects.toMatchObject({
      kind: 'exhausted',
      reason: 'AUTH_BUSY',
    });

    for (const work of works) work.finish();
    await Promise.all(results);
    await expect(queue.run(() => Promise.resolve(1), limits())).resolves.toBe(1);
  });

  it('work whose deadline has passed is never started, and the next one is', async () => {
    const { clock, queue, limits } = setUp();
    const [first, late, patient] = [createWork(), createWork(), createWork()];
    const firstResult = queue.run(first.run, limits());
    const lateResult = queue.run(late.run, limits());
    const patientResult = queue.run(
      patient.run,
      limits({ deadline: new Date(START.getTime() + 60_000) }),
    );

    clock.advanceMs(5_000);
    first.finish();
    patient.finish();

    await expect(lateResult).rejects.toMatchObject({ reason: 'DEADLINE_EXCEEDED' });
    await expect(Promise.all([firstResult, patientResult])).resolves.toEqual(['done', 'done']);
    expect(late.isStarted()).toBe(false);
  });

  it('the slot of an aborted caller is freed immediately', async () => {
    const { queue, limits } = setUp({ waitingMax: 1 });
    const first = createWork();
    const firstResult = queue.run(first.run, limits());
    const caller = new AbortController();
    const gone = queue.run(createWork().run, limits({ signal: caller.signal }));

    caller.abort();
    await expect(gone).rejects.toMatchObject({ kind: 'cancelled' });
    const next = queue.run(() => Promise.resolve('next'), limits());

    first.finish();
    await expect(Promise.all([firstResult, next])).resolves.toEqual(['done', 'next']);
  });

  it('the slot of failed work is freed', async () => {
    const { queue, limits } = setUp();
    await expect(queue.run(() => Promise.reject(new Error('no')), limits())).rejects.toThrow('no');
    await expect(queue.run(() => Promise.resolve(1), limits())).resolves.toBe(1);
  });

  it('work of a caller that has already aborted is never started', async () => {
    const { queue, limits } = setUp();
    const work = createWork();
    await expect(
      queue.run(work.run, limits({ signal: AbortSignal.abort() })),
    ).rejects.toMatchObject({ kind: 'cancelled' });
    expect(work.isStarted()).toBe(false);
  });
});
