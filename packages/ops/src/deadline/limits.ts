/** Longest delay that a timer takes; a longer limit is as good as none. */
const DELAY_MS_MAX = 2 ** 31 - 1;

/** Calls back after `ms`, unless the returned function is called before. */
export const startTimer = (ms: number, onTime: () => void): (() => void) => {
  const timer = setTimeout(onTime, Math.min(Math.max(0, ms), DELAY_MS_MAX));
  return () => {
    clearTimeout(timer);
  };
};

/**
 * Waits for `work` at most `ms` milliseconds, then rejects with what `tooLate` makes. The work itself goes on: what was
 * asked of another side may still happen, and its late result is dropped.
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

/** As `withinTime`, until the caller's deadline. One that has passed leaves the work no time. */
export const byDeadline = <Result>(
  deadline: Date,
  work: Promise<Result>,
  tooLate: () => unknown,
): Promise<Result> => withinTime(deadline.getTime() - Date.now(), work, tooLate);

/** True when the work ends in time. Rejects as the work does. */
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

/** The earlier of a deadline and a time from now. */
export const earlier = (deadline: Date, ms: number): Date =>
  new Date(Math.min(deadline.getTime(), Date.now() + ms));

/** Waits for `work`, or gives undefined as soon as the signal aborts; the work itself goes on. */
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
