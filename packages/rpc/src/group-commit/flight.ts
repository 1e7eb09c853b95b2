import { deadlineExceeded } from '../errors/common-errors';
import type { EntryOutcome } from './options';
import type { Waiting } from './waiting-line';

/** The entries of one write in flight. Each settles once: with the write or at its deadline. */
export interface Flight<Entry, Result> {
  readonly entries: readonly Waiting<Entry, Result>[];
  /** Entries that have not settled. */
  readonly open: ReadonlySet<Waiting<Entry, Result>>;
  /** Settles an entry; no effect if it has settled already. */
  readonly end: (waiting: Waiting<Entry, Result>, outcome: EntryOutcome<Result>) => void;
  /** Settles expired entries (outcome unknown); returns the earliest deadline of the rest. */
  readonly endDue: (nowMs: number) => number;
}

/** `onOver` is called once all entries have settled; the write itself may still be in flight. */
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
