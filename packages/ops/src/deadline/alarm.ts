/** Longest delay that `setTimeout` supports. */
const DELAY_MS_MAX = 2 ** 31 - 1;

/** One timer for many deadlines. */
export interface Alarm {
  /**
   * Sets the alarm to this time, in milliseconds since the epoch, unless it is set to an earlier
   * one.
   */
  readonly ringAt: (timeMs: number) => void;
}

/**
 * Creates one timer for many work items with their own deadlines. Items that finish in time cost no
 * timer: the alarm stays set to the earliest deadline it was given and usually finds nothing due.
 *
 * The timer does not keep the process alive.
 *
 * @param options.ring ends due items and returns the earliest remaining deadline, or Infinity
 */
export const createAlarm = (options: {
  readonly ring: (nowMs: number) => number;
  readonly now: () => number;
}): Alarm => {
  let setFor = Infinity;
  let timer: NodeJS.Timeout | undefined;
  const onTime = (): void => {
    setFor = Infinity;
    ringAt(options.ring(options.now()));
  };
  const ringAt = (timeMs: number): void => {
    if (!(timeMs < setFor)) return;
    clearTimeout(timer);
    setFor = timeMs;
    const delayMs = Math.max(1, timeMs - options.now());
    timer = setTimeout(onTime, Math.min(delayMs, DELAY_MS_MAX)).unref();
  };
  return { ringAt };
};
