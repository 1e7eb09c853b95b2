/** The clock of a sale, shared by all buyers. */
export interface SaleClock {
  readonly isOver: () => boolean;
  readonly leftMs: () => number;
  /** Resolves after the time, or earlier when the sale is over. */
  readonly pause: (ms: number) => Promise<void>;
}

/** Starts now and ends after the given seconds or when the signal aborts. */
export const createSaleClock = (seconds: number, signal: AbortSignal): SaleClock => {
  const endsAt = performance.now() + seconds * 1_000;
  const leftMs = (): number => (signal.aborted ? 0 : Math.max(0, endsAt - performance.now()));
  // One listener for all buyers, of which there may be thousands.
  const waiting = new Set<() => void>();
  const close = (): void => {
    for (const end of waiting) end();
  };
  signal.addEventListener('abort', close, { once: true });
  return {
    isOver: () => leftMs() === 0,
    leftMs,
    pause: (ms) =>
      new Promise((resolve) => {
        const end = (): void => {
          clearTimeout(timer);
          waiting.delete(end);
          resolve();
        };
        const timer = setTimeout(end, Math.min(ms, leftMs()));
        waiting.add(end);
      }),
  };
};
