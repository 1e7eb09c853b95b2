import type { Clock } from '@flashreserve/ops';
import { deadlineExceeded } from '@flashreserve/rpc';
import type { WorkLimits } from '../application/ports';
import { authBusy, callerGone } from '../domain/auth-errors';

/** Lets a few pieces of work run at a time and a bounded number wait for their turn. */
export interface WorkQueue {
  /**
   * Runs the work when its turn comes. Work whose caller has gone leaves the queue at once; work whose deadline
   * has passed is not started.
   *
   * @throws DomainError AUTH_BUSY when too many wait, DEADLINE_EXCEEDED or CANCELLED when nobody waits any more
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
  // In order of arrival; leaving from the middle is cheap.
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

  /** Hands the place to the next one who still wants it, or frees it. */
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
