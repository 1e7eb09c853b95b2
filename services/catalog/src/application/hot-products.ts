import type { Clock } from '@flashreserve/ops';

/**
 * The products that buyers most recently requested from this instance. Bounded, regardless of the
 * catalogue's size.
 */
export interface HotProducts {
  readonly touch: (productId: string) => void;
  /** Ids touched within the idle time, most recent first. */
  readonly ids: () => readonly string[];
}

export const createHotProducts = (options: {
  /** Maximum number of ids. */
  readonly max: number;
  /** Time in milliseconds after which an untouched id is dropped. */
  readonly idleMs: number;
  readonly clock: Clock;
}): HotProducts => {
  const { max, idleMs, clock } = options;
  // Ordered by last touch.
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
