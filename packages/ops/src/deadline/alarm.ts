/** Longest delay that a timer takes. */
const DELAY_MS_MAX = 2 ** 31 - 1;

/** One timer for many deadlines. */
export interface Alarm {
  /** Makes it ring at this time, in milliseconds since the epoch, unless it rings earlier anyway. */
  readonly ringAt: (timeMs: number) => void;
}

/**
 * Makes an alarm for work that has a deadline of its own in each piece. Work that ends before its deadline costs no
 * timer: the alarm stays set for the earliest deadline that it was told, and what it finds then is seldom due.
 *
 * It does not keep the process running.
 *
 * @param options.ring ends what is due, and returns the earliest deadline of what is left, Infinity when nothing is
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
