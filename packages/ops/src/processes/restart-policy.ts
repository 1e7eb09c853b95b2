const DELAY_MS = { first: 250, max: 5_000 };
/** A process that has run this long did not fail at its start. */
const STABLE_AFTER_MS = 10_000;
/** So many exits in a row, all shortly after a start, cannot be repaired by another restart. */
const SHORT_LIVES_MAX = 10;

/** Decides when the processes of a component are restarted. */
export interface RestartPolicy {
  /**
   * The time until a process that has exited is replaced, in milliseconds; it doubles with every
   * process in a row that did not run for long. Undefined after ten of them: about half a minute.
   */
  readonly onExit: (ranMs: number) => number | undefined;
}

export const createRestartPolicy = (): RestartPolicy => {
  let shortLives = 0;
  return {
    onExit: (ranMs) => {
      shortLives = ranMs < STABLE_AFTER_MS ? shortLives + 1 : 0;
      if (shortLives > SHORT_LIVES_MAX) return undefined;
      return Math.min(DELAY_MS.first * 2 ** Math.max(0, shortLives - 1), DELAY_MS.max);
    },
  };
};
