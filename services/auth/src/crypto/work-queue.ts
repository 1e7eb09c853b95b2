import type { Clock } from '@flashreserve/ops';
import { deadlineExceeded } from '@flashreserve/rpc';
import type { WorkLimits } from '../application/ports';
import { authBusy, callerGone } from '../domain/auth-errors';

/** Runs work with limited concurrency and a bounded FIFO queue. */
export interface WorkQueue {
  /**
   * Queues the work and runs it when a slot is free. Work of an aborted caller leaves the queue
   * immediately; work whose deadline has passed is never started.
   *
   * @throws DomainError AUTH_BUSY when the queue is full; DEADLINE_EXCEEDED or CANCELLED when the
   *   caller no longer waits
   */
  readonly run: <Result>(work: () => Promise<Result>, limits: WorkLimits) => Promise<Result>;
}

interface Waiting {
  readonly limits: WorkLimits;
  readonly enter: () => void;
  readonly refuse: () => void;
}

export const createWorkQueue = (options: {
  readonly concurrency: number;
  readonly waitingMax: number;
  readonly clock: Clock;
}): WorkQueue => {
  const { concurrency, waitingMax, clock } = options;
  // In order of arrival; removing from the middle is cheap.
  const waiting = new Set<Waiting>();
  let running = 0;

  const isLate = ({ deadline }: WorkLimits): boolean => deadline <= clock.now();
  const isPointless = (limits: WorkLimits): boolean => limits.signal.aborted || isLate(limits);
  const reasonOf = (limits: WorkLimits): Error =>
    isLate(limits) ? deadlineExceeded() : callerGone();

  const waitForTurn = (limits: WorkLimits): Promise<void> =>
    new Promise((resolve, reject) => {
      const leave = (): void => {
        waiting.delete(entry);
        limits.signal.removeEventListener('abort', entry.refuse);
      };
      const entry: Waiting = {
        limits,
        enter: () => {
          leave();
          resolve();
        },
        refuse: () => {
          leave();
          reject(reasonOf(limits));
        },
      };
      waiting.add(entry);
      limits.signal.addEventListener('abort', entry.refuse);
    });

  const enter = async (limits: WorkLimits): Promise<void> => {
    if (isPointless(limits)) throw reasonOf(limits);
    if (running < concurrency) {
      running += 1;
      return;
    }
    if (waiting.size >= waitingMax) throw authBusy();
    await waitForTurn(limits);
  };

  /** Passes the slot to the next caller that still waits, or frees it. */
  const leave = (): void => {
    for (const next of waiting) {
      if (isPointless(next.limits)) {
        next.refuse();
      } else {
        next.enter();
        return;
      }
    }
    running -= 1;
  };

  return {
    run: async (work, limits) => {
      await enter(limits);
      try {
        return await work();
      } finally {
        leave();
      }
    },
  };
};
