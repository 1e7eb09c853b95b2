import { createTestClock, systemClock } from '@flashreserve/ops';
import { createGroupCommit } from './group-commit';
import { isKnownUnwritten } from './known-unwritten';
import type { BatchFacts, EntryOutcome, GroupCommitOptions, GroupLoad } from './options';

const soon = (): Date => new Date(Date.now() + 60_000);

/** A store whose writes finish when the test says so, and a group that writes to it. */
const createShop = (options: Partial<GroupCommitOptions<number, number>> = {}) => {
  const batches: {
    readonly entries: readonly number[];
    readonly finish: (outcomes?: readonly EntryOutcome<number>[]) => Promise<void>;
    readonly fail: (error: unknown) => Promise<void>;
  }[] = [];
  const group = createGroupCommit<number, number>({
    commit: (entries) =>
      new Promise((resolve, reject) => {
        batches.push({
          entries,
          finish: async (outcomes) => {
            resolve(outcomes ?? entries.map((value) => ({ ok: true, value: value * 10 })));
            await turns();
          },
          fail: async (error) => {
            reject(error);
            await turns();
          },
        });
      }),
    clock: systemClock,
    ...options,
  });
  // Some tests end before their writes do.
  const submitOne = (entry: number, deadline: Date): Promise<number> => {
    const result = group.submit(entry, deadline);
    result.catch(() => undefined);
    return result;
  };
  const batch = (index: number) => {
    const found = batches[index];
    if (found === undefined) throw new RangeError(`There is no batch ${index}.`);
    return found;
  };
  /** Submits all entries, lets the event loop turn, and returns their pending results. */
  const submit = async (...entries: readonly number[]) => {
    const results = entries.map((entry) => submitOne(entry, soon()));
    await turns();
    return results;
  };
  return {
    group: { ...group, submit: submitOne },
    submit,
    batch,
    written: () => batches.map(({ entries }) => entries),
  };
};

/** Lets the event loop turn twice: for scheduled work, and for the work that it schedules. */
const turns = async (): Promise<void> => {
  await new Promise(setImmediate);
  await new Promise(setImmediate);
};

/** Lets the writes of earlier submits begin, then moves the time forward, with all timers. */
const passMs = async (ms: number): Promise<void> => {
  await turns();
  await jest.advanceTimersByTimeAsync(ms);
  await turns();
};

// Writes begin in real turns of the event loop; only time stands still until a test moves it.
beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'performance', 'queueMicrotask', 'setImmediate'] });
});
afterEach(() => {
  jest.useRealTimers();
});

describe('group commit', () => {
  it('a request that arrives alone is written in the same event loop turn, without a timer', async () => {
    const { group, written } = createShop();

    void group.submit(1, soon());
    await new Promise(setImmediate);

    expect(written()).toEqual([[1]]);
  });

  it('requests of one event loop turn share a write, including the first', async () => {
    const { group, written } = createShop();

    void group.submit(1, soon());
    await Promise.resolve();
    void group.submit(2, soon());
    await turns();

    expect(written()).toEqual([[1, 2]]);
  });

  it('requests that arrive during a write share the next one, and each gets its own result', async () => {
    const { submit, batch } = createShop();

    const first = await submit(1);
    const others = [...(await submit(2)), ...(await submit(3, 4))];
    await batch(0).finish();
    expect(batch(1).entries).toEqual([2, 3, 4]);
    await batch(1).finish();

    expect(await Promise.all([...first, ...others])).toEqual([10, 20, 30, 40]);
  });

  it('writing resumes after an idle period in which every queued request expired', async () => {
    const clock = createTestClock(new Date(1_000));
    const { group, batch } = createShop({ clock });

    await expect(group.submit(1, new Date(1_000))).rejects.toMatchObject({
      reason: 'DEADLINE_EXCEEDED',
    });
    const second = group.submit(2, new Date(9_000));
    await turns();
    await batch(0).finish();

    expect(await second).toBe(20);
  });

  it('no batch exceeds the maximum size', async () => {
    const { submit, batch, written } = createShop({ maxBatchSize: 2 });

    const results = await submit(1, 2, 3);
    await batch(0).finish();
    await batch(1).finish();

    expect(await Promise.all(results)).toEqual([10, 20, 30]);
    expect(written()).toEqual([[1, 2], [3]]);
  });

  it('at most maxInFlight writes are in flight', async () => {
    const { submit, batch, written } = createShop({ maxInFlight: 2 });

    void (await submit(1));
    void (await submit(2));
    void (await submit(3, 4));
    expect(written()).toEqual([[1], [2]]);
    await batch(1).finish();

    expect(written()).toEqual([[1], [2], [3, 4]]);
  });

  it('at most maxInFlight writes are in flight when one turn fills several batches', async () => {
    const { submit, batch, written } = createShop({ maxInFlight: 2, maxBatchSize: 1 });

    void (await submit(1, 2, 3, 4));
    expect(written()).toEqual([[1], [2]]);
    await batch(0).finish();

    expect(written()).toEqual([[1], [2], [3]]);
  });

  it('a concurrent write starts only with minCompany requests; an idle group writes a lone one at once', async () => {
    const { submit, batch, written } = createShop({ maxInFlight: 2, minCompany: 3 });

    void (await submit(1));
    void (await submit(2, 3));
    expect(written()).toEqual([[1]]);
    void (await submit(4));
    expect(written()).toEqual([[1], [2, 3, 4]]);
    await batch(0).finish();
    await batch(1).finish();
    void (await submit(5));

    expect(written()).toEqual([[1], [2, 3, 4], [5]]);
  });

  it('one immediate is scheduled per event loop turn, and none while requests are queued', async () => {
    const { group, written } = createShop();
    const immediates = jest.spyOn(globalThis, 'setImmediate');

    for (let entry = 0; entry < 100; entry += 1) void group.submit(entry, soon());
    expect(immediates).toHaveBeenCalledTimes(1);
    await turns();
    expect(written()).toHaveLength(1);
    immediates.mockClear();
    for (let entry = 0; entry < 100; entry += 1) void group.submit(entry, soon());
    expect(immediates).not.toHaveBeenCalled();
    immediates.mockRestore();
  });

  it('a hanging write blocks the others only for yieldAfterMs', async () => {
    const { submit, batch, written } = createShop({ yieldAfterMs: 30 });

    const [hanging] = await submit(1);
    const [waiting] = await submit(2);
    expect(written()).toEqual([[1]]);
    await passMs(60);

    expect(written()).toEqual([[1], [2]]);
    await batch(1).finish();
    expect(await waiting).toBe(20);
    await batch(0).finish();
    expect(await hanging).toBe(10);
    void (await submit(3));
    void (await submit(4));
    expect(written()).toEqual([[1], [2], [3]]);
  });

  it('restMs pauses between writes, so that more requests share one', async () => {
    const { submit, batch, written } = createShop({ restMs: 30 });

    void (await submit(1));
    await batch(0).finish();
    void (await submit(2));
    void (await submit(3));
    expect(written()).toEqual([[1]]);
    await passMs(60);

    expect(written()).toEqual([[1], [2, 3]]);
  });

  it('gatherMs lets the callers of a large write come back together; a lone request never waits', async () => {
    const { submit, batch, written } = createShop({ gatherMs: 2, minCompany: 24 });
    const many = [1, 2, 3, 4, 5, 6, 7, 8];

    void (await submit(...many));
    await batch(0).finish();
    void (await submit(11));
    void (await submit(12));
    expect(written()).toEqual([many]);
    await passMs(2);
    expect(written()).toEqual([many, [11, 12]]);
    await batch(1).finish();
    void (await submit(21));

    expect(written()).toEqual([many, [11, 12], [21]]);
  });

  it('a full queue rejects further requests', async () => {
    const { submit, batch, group } = createShop({ maxQueueLength: 1 });

    const first = await submit(1);
    const second = await submit(2);
    await expect(group.submit(3, soon())).rejects.toMatchObject({
      kind: 'exhausted',
      reason: 'OVERLOADED',
    });
    await batch(0).finish();
    await batch(1).finish();

    expect(await Promise.all([...first, ...second])).toEqual([10, 20]);
  });

  it('a request whose deadline passes in the queue is never written', async () => {
    const clock = createTestClock(new Date(0));
    const { group, batch } = createShop({ clock });

    const first = group.submit(1, new Date(5_000));
    await turns();
    const late = group.submit(2, new Date(100));
    const inTime = group.submit(3, new Date(5_000));
    late.catch(() => undefined);
    clock.advanceMs(200);
    await batch(0).finish();

    expect(batch(1).entries).toEqual([3]);
    await batch(1).finish();
    expect(await Promise.all([first, inTime])).toEqual([10, 30]);
    await expect(late).rejects.toMatchObject({ reason: 'DEADLINE_EXCEEDED' });
  });

  it('a write gets the latest deadline of its entries', async () => {
    const deadlines: Date[] = [];
    const group = createGroupCommit<number, number>({
      commit: (entries, deadline) => {
        deadlines.push(deadline);
        return Promise.resolve(entries.map((value) => ({ ok: true, value })));
      },
      clock: createTestClock(new Date(0)),
    });

    await Promise.all([2_000, 3_000, 1_000].map((ms) => group.submit(ms, new Date(ms))));

    expect(deadlines).toEqual([new Date(3_000)]);
  });

  it('one failed entry does not fail its batch', async () => {
    const { submit, batch } = createShop();

    const [bad, good] = await submit(1, 2);
    await batch(0).finish([
      { ok: false, error: new Error('sold out') },
      { ok: true, value: 7 },
    ]);

    await expect(bad).rejects.toThrow('sold out');
    expect(await good).toBe(7);
  });

  it('entries are retried one by one when a single entry fails the whole batch', async () => {
    const fault = new Error('poison');
    const attempts: (readonly number[])[] = [];
    const group = createGroupCommit<number, number>({
      commit: async (entries) => {
        attempts.push(entries);
        await turns();
        if (entries.includes(2)) throw fault;
        return entries.map((value) => ({ ok: true, value }));
      },
      clock: systemClock,
      isEntryFault: (error) => error === fault,
    });

    const outcomes = await Promise.allSettled(
      [1, 2, 3].map((entry) => group.submit(entry, soon())),
    );

    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(attempts).toEqual([[1, 2, 3], [1], [2], [3]]);
  });

  it('an outage fails every request of the batch, and the next batch is still written', async () => {
    const { submit, batch } = createShop();

    const failed = await submit(1, 2);
    const [next] = await submit(3);
    await batch(0).fail(new Error('store away'));
    for (const result of failed) await expect(result).rejects.toThrow('store away');
    await batch(1).finish();

    expect(await next).toBe(30);
  });

  it('an entry for which the write returns no outcome fails', async () => {
    const { submit, batch } = createShop();

    const [first, second] = await submit(1, 2);
    await batch(0).finish([{ ok: true, value: 1 }]);

    expect(await first).toBe(1);
    await expect(second).rejects.toThrow(RangeError);
  });

  it('drain finishes the accepted entries and rejects new ones', async () => {
    const { submit, batch, group } = createShop();
    let drained = false;

    const results = [...(await submit(1)), ...(await submit(2))];
    const end = group.drain().then(() => {
      drained = true;
    });
    await expect(group.submit(3, soon())).rejects.toMatchObject({ reason: 'SHUTTING_DOWN' });
    await batch(0).finish();
    expect(drained).toBe(false);
    await batch(1).finish();
    await end;

    expect(await Promise.all(results)).toEqual([10, 20]);
  });

  it('drain waits for a write that has stopped blocking the others', async () => {
    const { submit, batch, group, written } = createShop({ yieldAfterMs: 20 });
    let drained = false;

    const [hanging] = await submit(1);
    const [other] = await submit(2);
    await passMs(20);
    expect(written()).toHaveLength(2);
    await batch(1).finish();
    const end = group.drain().then(() => {
      drained = true;
    });
    await turns();
    expect(drained).toBe(false);
    await batch(0).finish();
    await end;

    expect(await Promise.all([hanging, other])).toEqual([10, 20]);
  });

  it('drain waits for requests that are queued during a rest', async () => {
    const { submit, batch, group, written } = createShop({
      maxInFlight: 2,
      minCompany: 9,
      restMs: 20,
    });
    let drained = false;

    void (await submit(1));
    await batch(0).finish();
    const [waiting] = await submit(2);
    const end = group.drain().then(() => {
      drained = true;
    });
    await turns();
    expect(written()).toHaveLength(1);
    expect(drained).toBe(false);
    await passMs(20);
    expect(written()).toHaveLength(2);
    expect(drained).toBe(false);
    await batch(1).finish();
    await end;

    expect(await waiting).toBe(20);
  });

  it('drain resolves at once when idle', async () => {
    await createShop().group.drain();
  });

  it('reports batch size, queueing time, duration and remaining queue length', async () => {
    const seen: BatchFacts[] = [];
    const { submit, batch } = createShop({
      maxBatchSize: 2,
      observe: (facts) => {
        seen.push(facts);
      },
    });
    let now = 1_000;
    const time = jest.spyOn(performance, 'now').mockImplementation(() => now);

    void (await submit(1));
    now += 100;
    void (await submit(2));
    now += 50;
    void (await submit(3, 4));
    await batch(0).finish();
    now += 30;
    await batch(1).fail(new Error('store away'));
    await batch(2).finish();
    time.mockRestore();

    expect(seen).toEqual([
      { size: 1, queueLength: 0, waitMs: 0, durationMs: 150 },
      { size: 2, queueLength: 1, waitMs: 50, durationMs: 30 },
      { size: 1, queueLength: 0, waitMs: 30, durationMs: 0 },
    ]);
  });

  describe('at a deadline', () => {
    const LIMIT_MS = 30;
    const afterMs = (ms: number): Date => new Date(Date.now() + ms);
    const reasonOf = (result: Promise<unknown>): Promise<unknown> =>
      result.then(
        () => 'written',
        (error: unknown) => error,
      );

    it('an entry whose write hangs fails at its deadline with an unknown outcome', async () => {
      const { group } = createShop();

      const result = reasonOf(group.submit(1, afterMs(LIMIT_MS)));
      await passMs(LIMIT_MS);
      const error = await result;

      expect(error).toMatchObject({ reason: 'DEADLINE_EXCEEDED' });
      expect(isKnownUnwritten(error)).toBe(false);
    });

    it('an entry queued behind a hanging write fails at its deadline as known unwritten', async () => {
      const { group, submit, written } = createShop();

      void (await submit(1));
      const result = reasonOf(group.submit(2, afterMs(LIMIT_MS)));
      await passMs(LIMIT_MS);
      const error = await result;

      expect(error).toMatchObject({ reason: 'DEADLINE_EXCEEDED' });
      expect(isKnownUnwritten(error)).toBe(true);
      expect(written()).toEqual([[1]]);
    });

    it('an entry fails at its own deadline, and the rest of the batch gets its results', async () => {
      const { group, batch } = createShop();
      const startedAt = Date.now();

      const early = reasonOf(group.submit(1, afterMs(LIMIT_MS)));
      const late = group.submit(2, afterMs(60_000));
      await passMs(LIMIT_MS);
      await early;
      // Far below the other entry's deadline.
      expect(Date.now() - startedAt).toBeLessThan(10_000);
      expect(batch(0).entries).toEqual([1, 2]);
      await batch(0).finish();

      expect(await early).toMatchObject({ reason: 'DEADLINE_EXCEEDED' });
      expect(await late).toBe(20);
    });

    it('a hanging write frees its slot once its entries have settled, and writing continues', async () => {
      const { group, batch, written } = createShop({ maxInFlight: 2 });

      const deadline = afterMs(LIMIT_MS);
      const hanging = [reasonOf(group.submit(1, deadline))];
      await turns();
      hanging.push(reasonOf(group.submit(2, deadline)));
      await turns();
      const waiting = Array.from({ length: 125 }, (_, entry) =>
        reasonOf(group.submit(100 + entry, deadline)),
      );
      await passMs(LIMIT_MS);
      for (const error of await Promise.all([...hanging, ...waiting])) {
        expect(error).toMatchObject({ reason: 'DEADLINE_EXCEEDED' });
      }
      expect(written()).toEqual([[1], [2]]);
      const next = group.submit(3, soon());
      await turns();
      await batch(2).finish();

      expect(await next).toBe(30);
    });

    it('drain resolves although a write hangs', async () => {
      const { group } = createShop();

      const hanging = reasonOf(group.submit(1, afterMs(LIMIT_MS)));
      await turns();
      const waiting = reasonOf(group.submit(2, afterMs(LIMIT_MS)));
      const drained = group.drain();
      await passMs(LIMIT_MS);
      await drained;

      await Promise.all([hanging, waiting]);
    });

    it('expired entries are not retried one by one', async () => {
      const attempts: (readonly number[])[] = [];
      const fault = new Error('poison');
      const group = createGroupCommit<number, number>({
        commit: async (entries) => {
          attempts.push(entries);
          await new Promise((resolve) => setTimeout(resolve, 2 * LIMIT_MS));
          throw fault;
        },
        clock: systemClock,
        isEntryFault: (error) => error === fault,
      });

      const results = [group.submit(1, afterMs(LIMIT_MS)), group.submit(2, soon())];
      const settled = Promise.allSettled(results);
      await passMs(2 * LIMIT_MS);
      await passMs(2 * LIMIT_MS);
      await settled;

      expect(attempts).toEqual([[1, 2], [2]]);
    });

    it('every rejection is marked as known unwritten', async () => {
      const { group, submit } = createShop({ maxQueueLength: 1 });
      void (await submit(1));
      void (await submit(2));

      const overloaded = await reasonOf(group.submit(3, soon()));
      void group.drain();
      const stopping = await reasonOf(group.submit(4, soon()));

      expect(overloaded).toMatchObject({ reason: 'OVERLOADED' });
      expect(stopping).toMatchObject({ reason: 'SHUTTING_DOWN' });
      expect([overloaded, stopping].map(isKnownUnwritten)).toEqual([true, true]);
      expect(isKnownUnwritten(new Error('store away'))).toBe(false);
    });

    it('writes that end in time cost no timer each', async () => {
      const { submit, batch } = createShop();
      const timers = jest.spyOn(globalThis, 'setTimeout');

      for (let round = 0; round < 50; round += 1) {
        void (await submit(round));
        await batch(round).finish();
      }

      expect(timers).toHaveBeenCalledTimes(1);
      timers.mockRestore();
    });

    it('the load counts unsettled entries, and hanging writes whose entries have all settled', async () => {
      let load: () => GroupLoad = () => ({ entries: -1, writes: -1 });
      const observe = Object.assign(() => undefined, {
        watch: (read: () => GroupLoad) => {
          load = read;
        },
      });
      const { group, batch } = createShop({ observe });

      const deadline = afterMs(LIMIT_MS);
      const hanging = reasonOf(group.submit(1, deadline));
      await turns();
      const waiting = reasonOf(group.submit(2, deadline));
      expect(load()).toEqual({ entries: 2, writes: 1 });
      await passMs(LIMIT_MS);
      await Promise.all([hanging, waiting]);
      expect(load()).toEqual({ entries: 0, writes: 1 });
      await batch(0).finish();

      expect(load()).toEqual({ entries: 0, writes: 0 });
    });
  });
});
