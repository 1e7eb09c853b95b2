import { systemClock } from '@flashreserve/ops';
import { createGroupCommit } from '../../group-commit/group-commit';
import type { BatchFacts, GroupLoad } from '../../group-commit/options';
import { createGroupsByHome } from './groups-by-home';

const soon = (): Date => new Date(Date.now() + 60_000);

/** Groups of entries like "a1", whose home is their first letter. */
const createSubject = (commit: (entries: readonly string[]) => Promise<void>) => {
  const batches: BatchFacts[] = [];
  let created = 0;
  let load = (): GroupLoad => ({ entries: 0, writes: 0 });
  const groups = createGroupsByHome<string, string>({
    homes: { homeOf: (key) => key },
    keyOf: (entry) => entry.slice(0, 1),
    observe: Object.assign((batch: BatchFacts) => batches.push(batch), {
      watch: (read: () => GroupLoad) => {
        load = read;
      },
    }),
    createGroup: (observe) => {
      created += 1;
      return createGroupCommit<string, string>({
        commit: async (entries) => {
          await commit(entries);
          return entries.map((value) => ({ ok: true, value }));
        },
        clock: systemClock,
        observe,
      });
    },
  });
  const submit = (entry: string): Promise<string> => groups.submit(entry, soon());
  return { submit, drain: groups.drain, batches, load: () => load(), created: () => created };
};

describe('groups by home', () => {
  it('a batch has entries of one home only, and homes do not wait for each other', async () => {
    const written: (readonly string[])[] = [];
    let end = (): void => undefined;
    const hanging = new Promise<void>((resolve) => {
      end = resolve;
    });
    const { submit } = createSubject(async (entries) => {
      written.push(entries);
      if (entries.includes('a1')) await hanging;
    });

    const late = submit('a1');
    expect(await Promise.all(['b1', 'b2'].map(submit))).toEqual(['b1', 'b2']);
    end();
    await late;

    expect(written).toEqual([['a1'], ['b1', 'b2']]);
  });

  it('idle groups are dropped when another is created, busy ones are kept', async () => {
    let end = (): void => undefined;
    const hanging = new Promise<void>((resolve) => {
      end = resolve;
    });
    const { submit, created } = createSubject(async ([entry]) => {
      if (entry === 'a1') await hanging;
    });

    const late = submit('a1');
    await submit('b1');
    // A write ends after its entries have settled.
    await new Promise(setImmediate);
    await submit('c1');
    await new Promise(setImmediate);
    await submit('b2');
    expect(created()).toBe(4);
    const again = submit('a2');
    end();
    await Promise.all([late, again]);
    expect(created()).toBe(4);
  });

  it('batches of all homes are observed together', async () => {
    let end = (): void => undefined;
    const hanging = new Promise<void>((resolve) => {
      end = resolve;
    });
    const { submit, batches, load } = createSubject(() => hanging);

    const all = Promise.all(['a1', 'b1', 'b2'].map(submit));
    await new Promise(setImmediate);
    expect(load()).toEqual({ entries: 3, writes: 2 });
    end();
    await all;

    expect(load()).toEqual({ entries: 0, writes: 0 });
    expect(batches.map(({ size }) => size).sort()).toEqual([1, 2]);
  });

  it('drain finishes accepted entries of all homes and rejects new ones, of new homes too', async () => {
    const { submit, drain } = createSubject(async () => undefined);

    const accepted = Promise.all(['a1', 'b1'].map(submit));
    await drain();

    expect(await accepted).toEqual(['a1', 'b1']);
    await expect(submit('a2')).rejects.toMatchObject({ reason: 'SHUTTING_DOWN' });
    await expect(submit('c1')).rejects.toMatchObject({ reason: 'SHUTTING_DOWN' });
  });
});
