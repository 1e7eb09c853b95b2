import { systemClock } from '@flashreserve/ops';
import type { EntryOutcome } from '@flashreserve/rpc';
import type { Settlement } from './settle-batch';
import { createHoldSettler } from './settle-holds';

const RELEASED: EntryOutcome<Settlement> = {
  ok: true,
  value: { outcome: 'released', changed: true },
};

/** A batch function that waits for `open()` and records its batches. */
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

/** Lets a scheduled batch start. */
const turn = (): Promise<void> => new Promise(setImmediate);
const range = (length: number): string[] => Array.from({ length }, (_, index) => `id-${index}`);

describe('settling holds', () => {
  it('a lone hold starts at once; holds that arrive meanwhile share the next batches of at most 500', async () => {
    const { settle, batches, open } = setUp();

    const settled = [settle(['first'])];
    await turn();
    settled.push(...range(1_001).map((id) => settle([id])));
    open();
    await Promise.all(settled);

    expect(batches.map(({ length }) => length)).toEqual([1, 500, 500, 1]);
  });

  it('holds of several jobs are combined into full batches, and large jobs are split', async () => {
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

  it('a reservation that two jobs and the sweep submit at the same time is settled once', async () => {
    const { settle, batches, open } = setUp();

    const settled = [settle(['a', 'a']), settle(['a', 'b'])];
    await turn();
    settled.push(settle(['b', 'c']));
    open();

    expect((await Promise.all(settled)).map(({ size }) => size)).toEqual([1, 2, 2]);
    expect(batches).toEqual([['a', 'b'], ['c']]);
  });

  it('a settled reservation is settled again when submitted again', async () => {
    const { settle, batches, open } = setUp();
    open();

    await settle(['a']);
    await settle(['a']);

    expect(batches).toEqual([['a'], ['a']]);
  });

  it('each reservation gets its own outcome', async () => {
    const failure = { ok: false, error: new Error('only b') } as const;
    const { settle, open } = setUp((id) => (id === 'b' ? failure : RELEASED));
    open();

    const outcomes = await settle(['a', 'b', 'c']);

    expect(['a', 'b', 'c'].map((id) => outcomes.get(id))).toEqual([RELEASED, failure, RELEASED]);
  });

  it('100 concurrent jobs with 500 holds each fit into the queue', async () => {
    const { settle, open } = setUp();
    const ids = range(50_000);
    open();

    const jobs = Array.from({ length: 100 }, (_, job) => ids.slice(job * 500, job * 500 + 500));
    const outcomes = await Promise.all(jobs.map((job) => settle(job)));

    expect(outcomes.flatMap((job) => [...job.values()]).every(({ ok }) => ok)).toBe(true);
  });

  it('drain finishes the batch in flight, rejects queued holds and accepts no more', async () => {
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
