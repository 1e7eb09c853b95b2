import { context } from '@opentelemetry/api';
import type { Clock } from '../clock';
import { unavailable } from '../errors';
import { runBatch } from '../tracing';
import { createWaitingLine, type Waiting } from './waiting-line';

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

export interface GroupCommitOptions<Entry, Result> {
  /** What its batches are called in traces. */
  readonly name?: string;
  /**
   * Writes a batch and returns one outcome for each entry, in order. It rejects only when the whole batch
   * failed and nothing of it was, or may yet be, applied differently from what a repeat would do.
   * `deadline` is the latest of the batch's entries.
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
   */
  readonly maxInFlight?: number;
  /**
   * How many must wait before they get a write of their own beside one that is in flight; fewer wait for its end.
   * Without it whoever comes first after a write has begun would start the next one alone.
   */
  readonly minCompany?: number;
  /**
   * A write that takes longer than this, in milliseconds, no longer counts as in flight, so that one which hangs
   * does not hold up all others until its deadline. Left out where writes must not overtake each other.
   */
  readonly yieldAfterMs?: number;
  /**
   * Rest between the end of a write and the start of the next, in milliseconds, for writes that nobody is in a hurry
   * for: more of them share one. A lone request still starts at once.
   */
  readonly restMs?: number;
  /** True for errors that say something about one entry, so that the others deserve a try without it. */
  readonly isEntryFault?: (error: unknown) => boolean;
  /** Told of every batch after its write, whether it succeeded or not. */
  readonly observe?: (batch: BatchFacts) => void;
}

export interface GroupCommit<Entry, Result> {
  /**
   * Resolves with the entry's own result after the write that contains it. The write starts in the same turn
   * of the event loop, together with everything else that came in that turn, unless as many as are allowed
   * are in flight; then the entry joins the next one.
   *
   * @throws DomainError OVERLOADED when too many wait, DEADLINE_EXCEEDED when its turn comes too late,
   *   SHUTTING_DOWN after `drain`
   */
  readonly submit: (entry: Entry, deadline: Date) => Promise<Result>;
  /** Takes no more entries and resolves when all that were taken have their outcome. */
  readonly drain: () => Promise<void>;
}

const latestDeadline = (batch: readonly { readonly deadline: Date }[]): Date =>
  new Date(Math.max(...batch.map(({ deadline }) => deadline.getTime())));

/** Writes a batch and gives each entry its outcome. Never rejects. */
const commitBatch = async <Entry, Result>(
  batch: readonly Waiting<Entry, Result>[],
  deps: Required<Pick<GroupCommitOptions<Entry, Result>, 'commit' | 'isEntryFault' | 'name'>>,
): Promise<void> => {
  try {
    const entries = batch.map(({ entry }) => entry);
    const outcomes = await runBatch(deps.name, batch, () =>
      deps.commit(entries, latestDeadline(batch)),
    );
    for (const [index, waiting] of batch.entries()) {
      const outcome = outcomes[index];
      if (outcome === undefined) throw new RangeError('A batch came back with too few outcomes.');
      if (outcome.ok) waiting.resolve(outcome.value);
      else waiting.reject(outcome.error);
    }
  } catch (error) {
    if (batch.length > 1 && deps.isEntryFault(error)) {
      for (const waiting of batch) await commitBatch([waiting], deps);
      return;
    }
    for (const waiting of batch) waiting.reject(error);
  }
};

/** A place among the writes in flight, left once: at the end, or when the time is over. */
const takePlace = (onLeave: () => void, yieldAfterMs: number | undefined) => {
  let left = false;
  const leave = (): void => {
    clearTimeout(timer);
    if (left) return;
    left = true;
    onLeave();
  };
  const timer = yieldAfterMs === undefined ? undefined : setTimeout(leave, yieldAfterMs);
  return { leave };
};

/**
 * Lets requests that arrive while a write is in flight share the next write, so that one hot record costs a
 * write for each batch and not for each request. No timer is involved: a lone request never waits.
 */
export const createGroupCommit = <Entry, Result>(
  options: GroupCommitOptions<Entry, Result>,
): GroupCommit<Entry, Result> => {
  const {
    commit,
    clock,
    maxBatchSize = 128,
    maxQueueLength = 10_000,
    maxInFlight = 1,
    minCompany = 1,
    yieldAfterMs,
    restMs = 0,
    isEntryFault = () => false,
    name = 'entries',
    observe = () => undefined,
  } = options;
  const line = createWaitingLine<Entry, Result>({ clock, maxBatchSize, maxQueueLength });
  let inFlight = 0;
  let unfinished = 0;
  let scheduled = false;
  let draining = false;
  let onIdle: (() => void)[] = [];

  const freePlace = (): void => {
    inFlight -= 1;
    schedule();
  };
  const leavePlace = (): void => {
    if (restMs === 0 || draining) freePlace();
    else setTimeout(freePlace, restMs);
  };

  const write = async (batch: readonly Waiting<Entry, Result>[]): Promise<void> => {
    const startedAt = performance.now();
    const queueLength = line.length();
    inFlight += 1;
    unfinished += 1;
    const place = takePlace(leavePlace, yieldAfterMs);
    await commitBatch(batch, { commit, isEntryFault, name });
    unfinished -= 1;
    observe({
      size: batch.length,
      queueLength,
      waitMs: startedAt - (batch[0]?.since ?? startedAt),
      durationMs: performance.now() - startedAt,
    });
    place.leave();
    if (unfinished === 0) schedule();
  };

  /** A lone request starts at once; a second write at the same time must be worth it. */
  const mayStart = (): boolean =>
    line.length() > 0 &&
    (inFlight === 0 || (inFlight < maxInFlight && line.length() >= minCompany));

  const run = (): void => {
    scheduled = false;
    while (mayStart()) {
      const batch = line.takeBatch();
      if (batch.length > 0) void write(batch);
    }
    if (line.length() > 0 || unfinished > 0) return;
    for (const resolve of onIdle) resolve();
    onIdle = [];
  };

  /** At the end of the turn, so that requests which arrived together are written together. */
  const schedule = (): void => {
    if (scheduled || inFlight >= maxInFlight) return;
    scheduled = true;
    setImmediate(run);
  };

  return {
    submit: (entry, deadline) =>
      new Promise<Result>((resolve, reject) => {
        if (draining) {
          reject(unavailable('SHUTTING_DOWN', 'This instance is shutting down.'));
          return;
        }
        const since = performance.now();
        const origin = context.active();
        if (line.add({ entry, deadline, since, origin, resolve, reject })) schedule();
      }),
    drain: () => {
      draining = true;
      return new Promise((resolve) => {
        onIdle.push(resolve);
        schedule();
      });
    },
  };
};
