import { DeadlineError } from '../errors';

/** Limits of a call: the signal aborts when the caller aborts or the time is up. */
export interface Budget {
  readonly signal: AbortSignal;
  /** End of the budget, in milliseconds of the clock. */
  readonly endsAt: number;
}

export interface CallOptions {
  /** Aborts the call, which then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Time limit in milliseconds for the whole call, including all attempts and delays: more than 0,
   * at most 2^31 - 1.
   */
  readonly deadlineMs?: number | undefined;
}

/** Runs the work within a budget; leaves no timer or listener behind. */
export const withBudget = async <T>(
  limits: { readonly deadlineMs: number; readonly signal?: AbortSignal | undefined },
  now: () => number,
  work: (budget: Budget) => Promise<T>,
): Promise<T> => {
  const { signal, deadlineMs } = limits;
  signal?.throwIfAborted();
  const controller = new AbortController();
  const give = (): void => controller.abort(signal?.reason);
  signal?.addEventListener('abort', give, { once: true });
  const timer = setTimeout(() => {
    controller.abort(new DeadlineError(`No answer within ${deadlineMs} ms.`, { attempts: 0 }));
  }, deadlineMs);
  try {
    return await work({ signal: controller.signal, endsAt: now() + deadlineMs });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', give);
  }
};

/** Resolves after the delay; rejects with the signal's reason if it aborts first. */
export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const end = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', end);
      resolve();
    }, ms);
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });

/**
 * Settles with the promise, or rejects with the signal's reason if it aborts first. The promise
 * itself continues.
 */
export const orAborted = <T>(promise: Promise<T>, signal: AbortSignal): Promise<T> =>
  new Promise((resolve, reject) => {
    const end = (): void => {
      reject(signal.reason as Error);
    };
    if (signal.aborted) end();
    signal.addEventListener('abort', end, { once: true });
    promise.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', end);
    });
  });
