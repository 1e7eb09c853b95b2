import type { Clock } from '@flashreserve/ops';

/** Remembers that something is away, so that nobody waits for it in vain. */
export interface CircuitBreaker {
  /** False while it is away. Starts a probe when one is due; never waits for it. */
  readonly allows: () => boolean;
  readonly onFailure: () => void;
  readonly onSuccess: () => void;
}

/**
 * Opens at the first failure. While it is open, a probe in the background finds out whether it can close
 * again: one at a time, and `probeIntervalMs` apart.
 */
export const createCircuitBreaker = (options: {
  /** Resolves when what was away answers again. */
  readonly probe: () => Promise<unknown>;
  readonly clock: Clock;
  readonly probeIntervalMs: number;
}): CircuitBreaker => {
  const { probe, clock, probeIntervalMs } = options;
  let nextProbeAt: number | undefined;
  let probing = false;

  const close = (): void => {
    nextProbeAt = undefined;
  };
  const open = (): void => {
    nextProbeAt = clock.now().getTime() + probeIntervalMs;
  };
  const startProbe = (): void => {
    probing = true;
    probe()
      .then(close, open)
      .finally(() => {
        probing = false;
      });
  };

  return {
    allows: () => {
      if (nextProbeAt === undefined) return true;
      if (!probing && clock.now().getTime() >= nextProbeAt) startProbe();
      return false;
    },
    onFailure: open,
    onSuccess: close,
  };
};
