import type { BatchFacts, GroupCommit, GroupLoad, GroupObserver } from '../../group-commit/options';
import type { Homes } from './homes';

interface Group<Entry, Result> extends GroupCommit<Entry, Result> {
  readonly load: () => GroupLoad;
}

const NO_LOAD: GroupLoad = { entries: 0, writes: 0 };

const isIdle = ({ load }: Pick<Group<unknown, unknown>, 'load'>): boolean => {
  const { entries, writes } = load();
  return entries === 0 && writes === 0;
};

/**
 * A group commit per home, so that a batch has only entries of one home. Groups are created on
 * demand. Whenever one is, those that are idle are dropped, so there are never more than the
 * instances that had calls during one deadline.
 */
export const createGroupsByHome = <Entry, Result>(options: {
  readonly homes: Homes;
  readonly keyOf: (entry: Entry) => string;
  readonly createGroup: (observe: GroupObserver) => GroupCommit<Entry, Result>;
  readonly observe?: GroupObserver | undefined;
}): GroupCommit<Entry, Result> => {
  const { homes, keyOf, createGroup, observe } = options;
  const groups = new Map<string, Group<Entry, Result>>();
  let drained: Promise<unknown> | undefined;

  const create = (): Group<Entry, Result> => {
    let load = (): GroupLoad => NO_LOAD;
    const watch = (read: () => GroupLoad): void => {
      load = read;
    };
    const group = createGroup(Object.assign((batch: BatchFacts) => observe?.(batch), { watch }));
    if (drained !== undefined) void group.drain();
    return { submit: group.submit, drain: group.drain, load: () => load() };
  };
  const groupOf = (home: string): Group<Entry, Result> => {
    const known = groups.get(home);
    if (known !== undefined) return known;
    for (const [other, group] of groups) if (isIdle(group)) groups.delete(other);
    const created = create();
    groups.set(home, created);
    return created;
  };

  observe?.watch?.(() =>
    [...groups.values()].reduce((sum, { load }) => {
      const { entries, writes } = load();
      return { entries: sum.entries + entries, writes: sum.writes + writes };
    }, NO_LOAD),
  );

  return {
    submit: (entry, deadline) => groupOf(homes.homeOf(keyOf(entry))).submit(entry, deadline),
    drain: async () => {
      drained ??= Promise.all([...groups.values()].map((group) => group.drain()));
      await drained;
    },
  };
};
