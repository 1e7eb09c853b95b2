import type { Clock } from '@flashreserve/ops';

/** Remembers that a dependency is down, so that callers do not wait for it. */
export interface CircuitBreaker {
  /** False while open. Starts a probe if one is due, without waiting for it. */
  readonly allows: () => boolean;
  readonly onFailure: () => void;
  readonly onSuccess: () => void;
}

/**
 * Opens at the first failure. While open, background probes check whether it can close again: one
 * at a time, `probeIntervalMs` apart.
 */
export const createCircuitBreaker = (options: {
  /** Resolves if the dependency replies. */
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
