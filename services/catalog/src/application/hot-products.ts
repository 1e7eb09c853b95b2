import type { Clock } from '@flashreserve/ops';

/** The products that buyers asked this instance for most recently. Never more than a few, however many there are. */
export interface HotProducts {
  readonly touch: (productId: string) => void;
  /** Those that were touched within the idle time, latest first. */
  readonly ids: () => readonly string[];
}

export const createHotProducts = (options: {
  /** How many are remembered. */
  readonly max: number;
  /** One that was not touched for this long is forgotten, in milliseconds. */
  readonly idleMs: number;
  readonly clock: Clock;
}): HotProducts => {
  const { max, idleMs, clock } = options;
  // In the order of their last touch.
  const touchedAt = new Map<string, number>();
  return {
    touch: (productId) => {
      touchedAt.delete(productId);
      touchedAt.set(productId, clock.now().getTime());
      if (touchedAt.size <= max) return;
      const [oldest] = touchedAt.keys();
      if (oldest !== undefined) touchedAt.delete(oldest);
    },
    ids: () => {
      const since = clock.now().getTime() - idleMs;
      for (const [productId, time] of touchedAt) if (time < since) touchedAt.delete(productId);
      return [...touchedAt.keys()].reverse();
    },
  };
};
