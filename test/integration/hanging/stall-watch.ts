/** Says how long this process could not run. */
export interface StallWatch {
  /** Milliseconds since the start in which timers were late, all together. */
  readonly ms: () => number;
  readonly stop: () => void;
}

const TICK_MS = 50;

/**
 * Measures how late timers come. Clients, gateways and services of a test share one process, so what a busy machine takes
 * from it is no time in which any of them waited for something that hangs.
 */
export const startStallWatch = (): StallWatch => {
  const startedAt = performance.now();
  let ticks = 0;
  // Missed ticks are not made up for.
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
