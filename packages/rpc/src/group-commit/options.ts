import type { Clock } from '@flashreserve/ops';

/** Outcome of one batch entry. */
export type EntryOutcome<Result> =
  | { readonly ok: true; readonly value: Result }
  | { readonly ok: false; readonly error: unknown };

/** Measurements of one batch, for metrics. */
export interface BatchFacts {
  /** Number of entries in the batch. */
  readonly size: number;
  /** Entries still queued when the write started. */
  readonly queueLength: number;
  /** Queueing time of the oldest entry, in milliseconds. */
  readonly waitMs: number;
  /** Duration of the write, in milliseconds. */
  readonly durationMs: number;
}

/** Current load of a group commit. */
export interface GroupLoad {
  /** Unsettled entries, queued or in flight. */
  readonly entries: number;
  /** Writes that have not ended, including those whose entries have all settled. */
  readonly writes: number;
}

/** Called after each batch's write, successful or not. */
export interface GroupObserver {
  (batch: BatchFacts): void;
  /** Called once, with a function that reads the current load. */
  readonly watch?: (load: () => GroupLoad) => void;
}

export interface GroupCommitOptions<Entry, Result> {
  /** Name of the batches in traces. */
  readonly name?: string;
  /**
   * Writes a batch and returns one outcome per entry, in order. May reject only if the whole batch
   * failed and anything applied, now or later, is what a retry would apply too.
   *
   * `deadline` is the latest deadline in the batch; the write should end by then, as no caller
   * waits any longer. Each entry ends at its own deadline, even if the write does not.
   */
  readonly commit: (
    entries: readonly Entry[],
    deadline: Date,
  ) => Promise<readonly EntryOutcome<Result>[]>;
  readonly clock: Clock;
  readonly maxBatchSize?: number;
  /** Maximum number of queued entries; further ones are rejected with OVERLOADED. */
  readonly maxQueueLength?: number;
  /**
   * Maximum number of concurrent writes: 1 if batches compete for the same record, a few if
   * batching only saves call overhead.
   *
   * A write stops counting once all its entries have settled, so a later write may overtake one
   * that hangs. Writes must therefore be conditional or idempotent.
   */
  readonly maxInFlight?: number;
  /**
   * Queued entries needed to start a write while another is in flight; with fewer, the batch waits
   * for that write to end. Without this minimum, the first request after the start of a write would
   * get a write of its own.
   */
  readonly minCompany?: number;
  /**
   * Time in milliseconds after which a write no longer counts towards `maxInFlight`, so that a
   * hanging write does not block the others until its deadline. Omit it where competing writes
   * would cost more than the wait.
   */
  readonly yieldAfterMs?: number;
  /**
   * Pause in milliseconds between the end of a write and the start of the next, which enlarges the
   * batches of writes that are not urgent. A request that arrives when idle still starts at once.
   */
  readonly restMs?: number;
  /**
   * Time in milliseconds that an idle group waits for `minCompany` entries if it has just written a
   * batch of several. Callers that were answered together come back together, but not in one turn
   * of the event loop: without the wait, the first of them gets a small write and the others wait
   * for its end. An entry that arrives alone still starts at once.
   */
  readonly gatherMs?: number;
  /**
   * Whether the error is caused by a single entry; the entries of the batch are then retried one by
   * one.
   */
  readonly isEntryFault?: (error: unknown) => boolean;
  readonly observe?: GroupObserver;
}

export interface GroupCommit<Entry, Result> {
  /**
   * Resolves with the entry's own result after its write. The write starts at the end of the
   * current event loop turn, with all other entries of that turn. If the maximum number of writes
   * is in flight, the entry joins the next batch.
   *
   * Settles by `deadline`. If the deadline passes in the queue, nothing is written; if it passes
   * during the write, the outcome is unknown and a retry with the same id resolves it.
   * `isKnownUnwritten` tells the two apart.
   *
   * @throws DomainError OVERLOADED when the queue is full, DEADLINE_EXCEEDED at the deadline,
   *   SHUTTING_DOWN after `drain`
   */
  readonly submit: (entry: Entry, deadline: Date) => Promise<Result>;
  /**
   * Stops accepting entries; resolves once every accepted entry has settled, by the latest of their
   * deadlines. Does not wait for a hanging write whose entries have settled.
   */
  readonly drain: () => Promise<void>;
}
