import { deadlineExceeded } from '../errors/common-errors';
import type { EntryOutcome } from './options';
import type { Waiting } from './waiting-line';

/** Entries whose write is under way. Each of them gets one outcome: the write's, or its deadline's. */
export interface Flight<Entry, Result> {
  readonly entries: readonly Waiting<Entry, Result>[];
  /** Entries that have no outcome yet. */
  readonly open: ReadonlySet<Waiting<Entry, Result>>;
  /** Gives an entry its outcome, unless it has one. */
  readonly end: (waiting: Waiting<Entry, Result>, outcome: EntryOutcome<Result>) => void;
  /** Ends those whose deadline has passed, outcome unknown, and returns the earliest deadline of the others. */
  readonly endDue: (nowMs: number) => number;
}

/** `onOver` is called once, when each entry has its outcome; the write may still be under way then. */
export const createFlight = <Entry, Result>(
  entries: readonly Waiting<Entry, Result>[],
  onOver: () => void,
): Flight<Entry, Result> => {
  const open = new Set(entries);
  const end = (waiting: Waiting<Entry, Result>, outcome: EntryOutcome<Result>): void => {
    if (!open.delete(waiting)) return;
    if (outcome.ok) waiting.resolve(outcome.value);
    else waiting.reject(outcome.error);
    if (open.size === 0) onOver();
  };
  return {
    entries,
    open,
    end,
    endDue: (nowMs) => {
      let earliest = Infinity;
      for (const waiting of open) {
        const dueAt = waiting.deadline.getTime();
        if (dueAt <= nowMs) end(waiting, { ok: false, error: deadlineExceeded() });
        else if (dueAt < earliest) earliest = dueAt;
      }
      return earliest;
    },
  };
};
