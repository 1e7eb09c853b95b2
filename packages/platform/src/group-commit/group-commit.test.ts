import { createTestClock, systemClock } from '../clock';
import { createGroupCommit, type EntryOutcome } from './group-commit';

const soon = (): Date => new Date(Date.now() + 60_000);

/** A store whose writes finish when the test says so. */
const createManualStore = () => {
  const batches: {
    readonly entries: readonly number[];
    readonly finish: (outcomes?: readonly EntryOutcome<number>[]) => void;
    readonly fail: (error: unknown) => void;
  }[] = [];
  const commit = (entries: readonly number[]): Promise<readonly EntryOutcome<number>[]> =>
    new Promise((resolve, reject) => {
      batches.push({
        entries,
        finish: (outcomes) => {
          resolve(outcomes ?? entries.map((value) => ({ ok: true, value: value * 10 })));
        },
        fail: reject,
      });
    });
  const batch = (index: number) => {
    const found = batches[index];
    if (found === undefined) throw new RangeError(`There is no batch ${index}.`);
    return found;
  };
  return { commit, batch, count: () => batches.length };
};

const settle = async (): Promise<void> => {
  await new Promise(setImmediate);
};

describe('group commit', () => {
  it('starts a lone request at once, without waiting for company', () => {
    const store = createManualStore();
    const group = createGroupCommit({ commit: store.commit, clock: systemClock });

    void group.submit(1, soon());

    expect(store.count()).toBe(1);
  });

  it('lets requests that arrive during a write share the next one and gives each its own result', async () => {
    const store = createManualStore();
    const group = createGroupCommit({ commit: store.commit, clock: systemClock });

    const results = [1, 2, 3, 4].map((entry) => group.submit(entry, soon()));
    expect(store.count()).toBe(1);
    store.batch(0).finish();
    await settle();
    expect(store.batch(1).entries).toEqual([2, 3, 4]);
    store.batch(1).finish();

    expect(await Promise.all(results)).toEqual([10, 20, 30, 40]);
  });

  it('starts again after it has been idle, also when every waiting request had expired', async () => {
    const clock = createTestClock(new Date(1_000));
    const store = createManualStore();
    const group = createGroupCommit({ commit: store.commit, clock });

    await expect(group.submit(1, new Date(1_000))).rejects.toMatchObject({
      reason: 'DEADLINE_EXCEEDED',
    });
    const second = group.submit(2, new Date(9_000));
    await settle();
    store.batch(0).finish();

    expect(await second).toBe(20);
  });

  it('never writes more at once than the maximum batch size', async () => {
    const store = createManualStore();
    const group = createGroupCommit({ commit: store.commit, clock: systemClock, maxBatchSize: 2 });

    const results = [1, 2, 3, 4].map((entry) => group.submit(entry, soon()));
    for (let index = 0; index < 3; index += 1) {
      store.batch(index).finish();
      await settle();
    }

    expect(await Promise.all(results)).toEqual([10, 20, 30, 40]);
    expect(store.batch(1).entries).toEqual([2, 3]);
  });

  it('refuses what does not fit into the queue instead of letting it grow', async () => {
    const store = createManualStore();
    const group = createGroupCommit({
      commit: store.commit,
      clock: systemClock,
      maxQueueLength: 1,
    });

    const first = group.submit(1, soon());
    const second = group.submit(2, soon());
    await expect(group.submit(3, soon())).rejects.toMatchObject({
      kind: 'exhausted',
      reason: 'OVERLOADED',
    });
    store.batch(0).finish();
    await settle();
    store.batch(1).finish();

    expect(await Promise.all([first, second])).toEqual([10, 20]);
  });

  it('drops a request whose caller has stopped waiting before it is written', async () => {
    const clock = createTestClock(new Date(0));
    const store = createManualStore();
    const group = createGroupCommit({ commit: store.commit, clock });

    const first = group.submit(1, new Date(5_000));
    const late = group.submit(2, new Date(100));
    const inTime = group.submit(3, new Date(5_000));
    late.catch(() => undefined);
    clock.advanceMs(200);
    store.batch(0).finish();
    await settle();

    expect(store.batch(1).entries).toEqual([3]);
    store.batch(1).finish();
    expect(await Promise.all([first, inTime])).toEqual([10, 30]);
    await expect(late).rejects.toMatchObject({ reason: 'DEADLINE_EXCEEDED' });
  });

  it('fails one entry without failing its neighbours', async () => {
    const store = createManualStore();
    const group = createGroupCommit({ commit: store.commit, clock: systemClock });

    const first = group.submit(1, soon());
    const [bad, good] = [group.submit(2, soon()), group.submit(3, soon())];
    bad.catch(() => undefined);
    store.batch(0).finish();
    await settle();
    store.batch(1).finish([
      { ok: false, error: new Error('sold out') },
      { ok: true, value: 7 },
    ]);

    await expect(bad).rejects.toThrow('sold out');
    expect(await Promise.all([first, good])).toEqual([10, 7]);
  });

  it('tries the entries of a batch one by one when one of them made the whole batch fail', async () => {
    const fault = new Error('poison');
    const attempts: (readonly number[])[] = [];
    const group = createGroupCommit<number, number>({
      commit: async (entries) => {
        attempts.push(entries);
        await settle();
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
    expect(attempts).toEqual([[1], [2, 3], [2], [3]]);
  });

  it('gives an outage to every caller of the batch and goes on with the next', async () => {
    const store = createManualStore();
    const group = createGroupCommit({ commit: store.commit, clock: systemClock });

    const first = group.submit(1, soon());
    const second = group.submit(2, soon());
    first.catch(() => undefined);
    store.batch(0).fail(new Error('store away'));
    await expect(first).rejects.toThrow('store away');
    await settle();
    store.batch(1).finish();

    expect(await second).toBe(20);
  });

  it('finishes what it has taken when it is drained, and takes nothing more', async () => {
    const store = createManualStore();
    const group = createGroupCommit({ commit: store.commit, clock: systemClock });

    const results = [group.submit(1, soon()), group.submit(2, soon())];
    const drained = group.drain();
    await expect(group.submit(3, soon())).rejects.toMatchObject({ reason: 'SHUTTING_DOWN' });
    store.batch(0).finish();
    await settle();
    store.batch(1).finish();
    await drained;

    expect(await Promise.all(results)).toEqual([10, 20]);
  });
});
