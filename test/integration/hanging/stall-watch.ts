/** Measures how long this process could not run. */
export interface StallWatch {
  /** Total lateness of timers since the start, in milliseconds. */
  readonly ms: () => number;
  readonly stop: () => void;
}

const TICK_MS = 50;

/**
 * Measures the lateness of timers. Clients, gateways and services of a test share one process, so
 * the time that a busy machine takes from it must not count as waiting for a hanging dependency.
 */
export const startStallWatch = (): StallWatch => {
  const startedAt = performance.now();
  let ticks = 0;
  // Missed ticks are not caught up.
  const timer = setInterval(() => {
    ticks += 1;
  }, TICK_MS);
  return {
    ms: () => Math.max(0, performance.now() - startedAt - (ticks + 1) * TICK_MS),
    stop: () => {
      clearInterval(timer);
    },
  };
};
