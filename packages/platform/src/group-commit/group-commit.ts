import type { Clock } from '../clock';
import { deadlineExceeded, overloaded, unavailable } from '../errors';

/** What became of one entry of a batch. */
export type EntryOutcome<Result> =
  | { readonly ok: true; readonly value: Result }
  | { readonly ok: false; readonly error: unknown };

export interface GroupCommitOptions<Entry, Result> {
  /**
   * Writes a batch and returns one outcome for each entry, in order. It rejects only when the whole batch
   * failed and nothing of it was, or may yet be, applied differently from what a repeat would do.
   */
  readonly commit: (entries: readonly Entry[]) => Promise<readonly EntryOutcome<Result>[]>;
  readonly clock: Clock;
  readonly maxBatchSize?: number;
  /** Entries that may wait; one more is refused with OVERLOADED. */
  readonly maxQueueLength?: number;
  /** True for errors that say something about one entry, so that the others deserve a try without it. */
  readonly isEntryFault?: (error: unknown) => boolean;
}

export interface GroupCommit<Entry, Result> {
  /**
   * Resolves with the entry's own result after the write that contains it. Starts at once when no write is in
   * flight; else joins the next one.
   *
   * @throws DomainError OVERLOADED when too many wait, DEADLINE_EXCEEDED when its turn comes too late,
   *   SHUTTING_DOWN after `drain`
   */
  readonly submit: (entry: Entry, deadline: Date) => Promise<Result>;
  /** Takes no more entries and resolves when all that were taken have their outcome. */
  readonly drain: () => Promise<void>;
}

interface Waiting<Entry, Result> {
  readonly entry: Entry;
  readonly deadline: Date;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

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
    isEntryFault = () => false,
  } = options;
  let queue: Waiting<Entry, Result>[] = [];
  let running: Promise<void> | undefined;
  let draining = false;

  const commitBatch = async (batch: readonly Waiting<Entry, Result>[]): Promise<void> => {
    try {
      const outcomes = await commit(batch.map(({ entry }) => entry));
      for (const [index, waiting] of batch.entries()) {
        const outcome = outcomes[index];
        if (outcome === undefined) throw new RangeError('A batch came back with too few outcomes.');
        if (outcome.ok) waiting.resolve(outcome.value);
        else waiting.reject(outcome.error);
      }
    } catch (error) {
      if (batch.length > 1 && isEntryFault(error)) {
        for (const waiting of batch) await commitBatch([waiting]);
        return;
      }
      for (const waiting of batch) waiting.reject(error);
    }
  };

  const takeBatch = (): Waiting<Entry, Result>[] => {
    const now = clock.now();
    const batch: Waiting<Entry, Result>[] = [];
    let taken = 0;
    for (const waiting of queue) {
      if (batch.length === maxBatchSize) break;
      taken += 1;
      if (waiting.deadline <= now) waiting.reject(deadlineExceeded());
      else batch.push(waiting);
    }
    queue = queue.slice(taken);
    return batch;
  };

  const run = async (): Promise<void> => {
    while (queue.length > 0) {
      const batch = takeBatch();
      if (batch.length > 0) await commitBatch(batch);
    }
  };

  /** An entry that comes between the end of a run and this clean-up starts the next run. */
  const start = (): void => {
    running ??= run().then(() => {
      running = undefined;
      if (queue.length > 0) start();
    });
  };

  return {
    submit: (entry, deadline) =>
      new Promise<Result>((resolve, reject) => {
        if (draining) {
          reject(unavailable('SHUTTING_DOWN', 'This instance is shutting down.'));
          return;
        }
        if (queue.length >= maxQueueLength) {
          reject(overloaded());
          return;
        }
        queue.push({ entry, deadline, resolve, reject });
        start();
      }),
    drain: async () => {
      draining = true;
      while (running !== undefined) await running;
    },
  };
};
