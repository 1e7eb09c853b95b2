/** Longest delay that `setTimeout` supports (24.8 days); longer limits are capped. */
const DELAY_MS_MAX = 2 ** 31 - 1;

/** Calls `onTime` after `ms`, unless the returned function is called first. */
export const startTimer = (ms: number, onTime: () => void): (() => void) => {
  const timer = setTimeout(onTime, Math.min(Math.max(0, ms), DELAY_MS_MAX));
  return () => {
    clearTimeout(timer);
  };
};

/**
 * Waits at most `ms` milliseconds for `work`, then rejects with the result of `tooLate`. The work
 * is not cancelled: its side effects may still happen, and its late result is dropped.
 */
export const withinTime = <Result>(
  ms: number,
  work: Promise<Result>,
  tooLate: () => unknown,
): Promise<Result> =>
  new Promise((resolve, reject) => {
    const stop = startTimer(ms, () => {
      reject(tooLate());
    });
    work.then(
      (result) => {
        stop();
        resolve(result);
      },
      (error: unknown) => {
        stop();
        reject(error);
      },
    );
  });

/** Same as `withinTime`, but with an absolute deadline. A past deadline allows no time at all. */
export const byDeadline = <Result>(
  deadline: Date,
  work: Promise<Result>,
  tooLate: () => unknown,
): Promise<Result> => withinTime(deadline.getTime() - Date.now(), work, tooLate);

/** Resolves to whether the work ends in time. Rejects if the work does. */
export const endsWithin = async (ms: number, work: Promise<unknown>): Promise<boolean> => {
  const late = Symbol('late');
  try {
    await withinTime(ms, work, () => late);
    return true;
  } catch (error) {
    if (error === late) return false;
    throw error;
  }
};

/** The earlier of `deadline` and `ms` milliseconds from now. */
export const earlier = (deadline: Date, ms: number): Date =>
  new Date(Math.min(deadline.getTime(), Date.now() + ms));

/**
 * Waits for `work`; resolves to undefined as soon as the signal aborts. The work is not cancelled.
 */
export const untilAborted = async <Result>(
  work: Promise<Result>,
  signal: AbortSignal,
): Promise<Result | undefined> => {
  if (signal.aborted) return undefined;
  let stopWaiting: () => void = () => undefined;
  const aborted = new Promise<undefined>((resolve) => {
    stopWaiting = () => {
      resolve(undefined);
    };
    signal.addEventListener('abort', stopWaiting, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stopWaiting);
  }
};
