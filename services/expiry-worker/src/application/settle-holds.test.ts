import { systemClock } from '@flashreserve/platform/clock';
import type { EntryOutcome } from '@flashreserve/platform/group-commit';
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

describe('settling holds', () => {
  it('starts a lone hold at once and lets those that come meanwhile share the next call, 500 at most', async () => {
    const { settle, batches, open } = setUp();

    const settled = Array.from({ length: 1_002 }, (_, index) => settle(`id-${index}`));
    open();
    await Promise.all(settled);

    expect(batches.map(({ length }) => length)).toEqual([1, 500, 500, 1]);
  });

  it('asks once for a reservation that two jobs and the sweep bring at the same time', async () => {
    const { settle, batches, open } = setUp();

    const settled = [settle('first'), settle('a'), settle('a'), settle('b'), settle('a')];
    open();

    expect(await Promise.all(settled)).toHaveLength(5);
    expect(batches).toEqual([['first'], ['a', 'b']]);
  });

  it('gives each caller its own outcome', async () => {
    const error = new Error('only b');
    const { settle, open } = setUp((id) => (id === 'b' ? { ok: false, error } : RELEASED));

    const settled = Promise.allSettled([settle('first'), settle('a'), settle('b')]);
    open();

    expect((await settled).map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
    ]);
  });

  it('finishes what it has taken before it is drained, and takes no more', async () => {
    const { settle, drain, open } = setUp();
    const taken = settle('a');

    const drained = drain();
    open();

    await expect(taken).resolves.toEqual({ outcome: 'released', changed: true });
    await drained;
    await expect(settle('b')).rejects.toMatchObject({ reason: 'SHUTTING_DOWN' });
  });
});
