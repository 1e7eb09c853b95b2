import { productNotFound } from '../domain/catalog-errors';
import type { StockLevels } from '../domain/product';

/** The stock of a product at one moment. */
export interface StockReading extends StockLevels {
  readonly productId: string;
  readonly observedAt: Date;
}

/** The result of one poll of the store. */
export interface StockRound {
  /** The products that were queried. */
  readonly asked: ReadonlySet<string>;
  /** The stock of those that exist. */
  readonly levels: ReadonlyMap<string, StockLevels>;
  readonly observedAt: Date;
}

/** One client's watched products and unsent readings. */
export interface StockSubscription {
  readonly productIds: ReadonlySet<string>;
  /**
   * Queues the values that are new to this client; returns whether there were any. A newer value
   * replaces an unsent older one.
   */
  readonly offer: (round: StockRound) => boolean;
  /** Ends the readings with an error. */
  readonly fail: (error: unknown) => void;
  /** Yields readings until the signal aborts: the first value of each product, then its changes. */
  readonly readings: (signal: AbortSignal) => AsyncGenerator<StockReading, void>;
}

const isSame = (a: StockLevels | undefined, b: StockLevels): boolean =>
  a?.available === b.available &&
  a.held === b.held &&
  a.sold === b.sold &&
  a.writtenOff === b.writtenOff;

export const createStockSubscription = (productIds: readonly string[]): StockSubscription => {
  const watched = new Set(productIds);
  const newest = new Map<string, StockLevels>();
  const unsent = new Map<string, StockReading>();
  let failure: { readonly error: unknown } | undefined;
  let wake = (): void => undefined;

  const fail = (error: unknown): void => {
    failure ??= { error };
    wake();
  };

  const takeUnsent = (): StockReading | undefined => {
    const [reading] = unsent.values();
    if (reading !== undefined) unsent.delete(reading.productId);
    return reading;
  };

  return {
    productIds: watched,
    fail,
    offer: ({ asked, levels, observedAt }) => {
      let isNew = false;
      for (const productId of watched) {
        // A client that subscribed during the query gets its values from the next poll.
        if (!asked.has(productId)) continue;
        const current = levels.get(productId);
        if (current === undefined) {
          fail(productNotFound(productId));
          return isNew;
        }
        if (isSame(newest.get(productId), current)) continue;
        isNew = true;
        newest.set(productId, current);
        unsent.set(productId, { productId, ...current, observedAt });
      }
      if (isNew) wake();
      return isNew;
    },
    readings: async function* (signal) {
      const stop = (): void => wake();
      signal.addEventListener('abort', stop);
      try {
        while (!signal.aborted) {
          if (failure !== undefined) throw failure.error;
          const reading = takeUnsent();
          if (reading !== undefined) yield reading;
          else {
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
          }
        }
      } finally {
        signal.removeEventListener('abort', stop);
      }
    },
  };
};
