import type { Clock } from '@flashreserve/ops';

/** What became of one entry of a batch. */
export type EntryOutcome<Result> =
  | { readonly ok: true; readonly value: Result }
  | { readonly ok: false; readonly error: unknown };

/** What a batch looked like, for metrics. */
export interface BatchFacts {
  /** Entries that were written together. */
  readonly size: number;
  /** Entries that were left waiting when it began. */
  readonly queueLength: number;
  /** How long the entry that waited longest had waited, in milliseconds. */
  readonly waitMs: number;
  /** How long the write took, in milliseconds. */
  readonly durationMs: number;
}

/** What a group commit is busy with. */
export interface GroupLoad {
  /** Entries that have no outcome yet: those that wait and those that are being written. */
  readonly entries: number;
  /** Writes that have not ended, also those whose entries are all over. */
  readonly writes: number;
}

/** Is told of every batch after its write, whether it succeeded or not. */
export interface GroupObserver {
  (batch: BatchFacts): void;
  /** Is given, once, a way to ask for the load. */
  readonly watch?: (load: () => GroupLoad) => void;
}

export interface GroupCommitOptions<Entry, Result> {
  /** What its batches are called in traces. */
  readonly name?: string;
  /**
   * Writes a batch and returns one outcome for each entry, in order. It rejects only when the whole batch
   * failed and nothing of it was, or may yet be, applied differently from what a repeat would do.
   *
   * `deadline` is the latest of the batch's entries: nobody waits for the write after it, so all that the write waits
   * for should end by then. The entries themselves end at deadlines of their own, whatever the write does.
   */
  readonly commit: (
    entries: readonly Entry[],
    deadline: Date,
  ) => Promise<readonly EntryOutcome<Result>[]>;
  readonly clock: Clock;
  readonly maxBatchSize?: number;
  /** Entries that may wait; one more is refused with OVERLOADED. */
  readonly maxQueueLength?: number;
  /**
   * Batches that may be written at the same time. One, where batches would compete for the same record; a few,
   * where they share only the cost of a call.
   *
   * A write no longer counts once all its entries are over, so a later write may overtake one that hangs. Writes must
   * therefore be conditional or idempotent, so that the one which comes second fails or changes nothing.
   */
  readonly maxInFlight?: number;
  /**
   * How many must wait before they get a write of their own beside one that is in flight; fewer wait for its end.
   * Without it whoever comes first after a write has begun would start the next one alone.
   */
  readonly minCompany?: number;
  /**
   * A write that takes longer than this, in milliseconds, no longer counts as in flight, so that one which hangs
   * does not hold up all others until its deadline. Left out where competing writes would cost more than the wait.
   */
  readonly yieldAfterMs?: number;
  /**
   * Rest between the end of a write and the start of the next, in milliseconds, for writes that nobody is in a hurry
   * for: more of them share one. A lone request still starts at once.
   */
  readonly restMs?: number;
  /** True for errors that say something about one entry, so that the others deserve a try without it. */
  readonly isEntryFault?: (error: unknown) => boolean;
  readonly observe?: GroupObserver;
}

export interface GroupCommit<Entry, Result> {
  /**
   * Resolves with the entry's own result after the write that contains it. The write starts in the same turn
   * of the event loop, together with everything else that came in that turn, unless as many as are allowed
   * are in flight; then the entry joins the next one.
   *
   * It never waits longer than until `deadline`. When that passes in the queue, nothing is written; when it passes
   * during the write, the outcome is unknown and a repeat with the same id finds out. `isKnownUnwritten` tells the two
   * apart.
   *
   * @throws DomainError OVERLOADED when too many wait, DEADLINE_EXCEEDED at the deadline, SHUTTING_DOWN after `drain`
   */
  readonly submit: (entry: Entry, deadline: Date) => Promise<Result>;
  /**
   * Takes no more entries and resolves when all that were taken have their outcome, by the latest of their deadlines.
   * A write that hangs is not waited for once its entries are over.
   */
  readonly drain: () => Promise<void>;
}
