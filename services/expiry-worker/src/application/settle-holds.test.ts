import { systemClock } from '@flashreserve/ops';
import type { EntryOutcome } from '@flashreserve/rpc';
import type { Settlement } from './settle-batch';
import { createHoldSettler } from './settle-holds';

const RELEASED: EntryOutcome<Settlement> = {
  ok: true,
  value: { outcome: 'released', changed: true },
};

/** A batch function that waits for `open()` and remembers its batches. */
const setUp = (outcomeOf: (id: string) => EntryOutcome<Settlement> = () => RELEASED) => {
  const batches: (readonly string[])[] = [];
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const settler = createHoldSettler({
    clock: systemClock,
    settleBatch: async (ids) => {
      batches.push(ids);
      await opened;
      return new Map(ids.map((id) => [id, outcomeOf(id)]));
    },
  });
  return { ...settler, batches, open };
};

/** Lets a batch that is due begin. */
const turn = (): Promise<void> => new Promise(setImmediate);
const range = (length: number): string[] => Array.from({ length }, (_, index) => `id-${index}`);

describe('settling holds', () => {
  it('starts a lone hold at once and lets those that come meanwhile share the next calls, 500 at most', async () => {
    const { settle, batches, open } = setUp();

    const settled = [settle(['first'])];
    await turn();
    settled.push(...range(1_001).map((id) => settle([id])));
    open();
    await Promise.all(settled);

    expect(batches.map(({ length }) => length)).toEqual([1, 500, 500, 1]);
  });

  it('makes whole batches of what several jobs bring, and breaks large jobs up', async () => {
    const { settle, batches, open } = setUp();
    const ids = range(1_000);

    const settled = [
      settle(ids.slice(0, 400)),
      settle(ids.slice(400, 800)),
      settle(ids.slice(800)),
    ];
    open();
    const outcomes = await Promise.all(settled);

    expect(batches.map(({ length }) => length)).toEqual([500, 500]);
    expect(outcomes.map(({ size }) => size)).toEqual([400, 400, 200]);
    expect([...(outcomes[1]?.keys() ?? [])]).toEqual(ids.slice(400, 800));
  });

  it('asks once for a reservation that two jobs and the sweep bring at the same time', async () => {
    const { settle, batches, open } = setUp();

    const settled = [settle(['a', 'a']), settle(['a', 'b'])];
    await turn();
    settled.push(settle(['b', 'c']));
    open();

    expect((await Promise.all(settled)).map(({ size }) => size)).toEqual([1, 2, 2]);
    expect(batches).toEqual([['a', 'b'], ['c']]);
  });

  it('asks again for a reservation whose outcome is known already', async () => {
    const { settle, batches, open } = setUp();
    open();

    await settle(['a']);
    await settle(['a']);

    expect(batches).toEqual([['a'], ['a']]);
  });

  it('gives each reservation its own outcome', async () => {
    const failure = { ok: false, error: new Error('only b') } as const;
    const { settle, open } = setUp((id) => (id === 'b' ? failure : RELEASED));
    open();

    const outcomes = await settle(['a', 'b', 'c']);

    expect(['a', 'b', 'c'].map((id) => outcomes.get(id))).toEqual([RELEASED, failure, RELEASED]);
  });

  it('has room for a storm of 100 jobs with 500 holds each', async () => {
    const { settle, open } = setUp();
    const ids = range(50_000);
    open();

    const jobs = Array.from({ length: 100 }, (_, job) => ids.slice(job * 500, job * 500 + 500));
    const outcomes = await Promise.all(jobs.map((job) => settle(job)));

    expect(outcomes.flatMap((job) => [...job.values()]).every(({ ok }) => ok)).toBe(true);
  });

  it('finishes the batch under way before it is drained, refuses what waits, and takes no more', async () => {
    const { settle, drain, open, batches } = setUp();
    const refusal = { ok: false, error: expect.objectContaining({ reason: 'SHUTTING_DOWN' }) };
    const taken = settle(['a']);
    await turn();
    const waiting = settle(['b']);

    const drained = drain();
    open();

    expect(await taken).toEqual(new Map([['a', RELEASED]]));
    await drained;
    expect(await waiting).toEqual(new Map([['b', refusal]]));
    expect(await settle(['c'])).toEqual(new Map([['c', refusal]]));
    expect(batches).toEqual([['a']]);
  });
});
