import { setTimeout as pause } from 'node:timers/promises';

/**
 * Checks a condition until it holds.
 *
 * @throws what `tooLate` returns, if it does not hold after the timeout; anything the check throws
 */
export const pollUntil = async (
  holds: () => boolean | Promise<boolean>,
  limits: {
    readonly timeoutMs: number;
    readonly everyMs: number;
    readonly tooLate: () => Error;
  },
): Promise<void> => {
  const giveUpAt = Date.now() + limits.timeoutMs;
  while (!(await holds())) {
    if (Date.now() > giveUpAt) throw limits.tooLate();
    await pause(limits.everyMs);
  }
};
