import { productNotFound } from '../domain/catalog-errors';
import type { StockLevels } from '../domain/product';

/** The stock of a product at one moment. */
export interface StockReading extends StockLevels {
  readonly productId: string;
  readonly observeTime: Date;
}

/** What one round of reading the store has found. */
export interface StockRound {
  /** The products that were asked for. */
  readonly asked: ReadonlySet<string>;
  /** Those of them that exist. */
  readonly levels: ReadonlyMap<string, StockLevels>;
  readonly observeTime: Date;
}

/** One client's view: the products it watches and what it has yet to be told. */
export interface StockSubscription {
  readonly productIds: ReadonlySet<string>;
  /**
   * Takes over what is new to this client, and says whether anything was. A newer value replaces an older one that was
   * not yet sent.
   */
  readonly offer: (round: StockRound) => boolean;
  /** Ends the readings with an error. */
  readonly fail: (error: unknown) => void;
  /** Yields readings until the signal aborts; each product's first value, then its changes. */
  readonly readings: (signal: AbortSignal) => AsyncGenerator<StockReading, void>;
}

const isSame = (a: StockLevels | undefined, b: StockLevels): boolean =>
  a?.available === b.available && a.held === b.held && a.sold === b.sold;

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
    offer: ({ asked, levels, observeTime }) => {
      let isNew = false;
      for (const productId of watched) {
        // A client that came while the store was being read waits for the next round.
        if (!asked.has(productId)) continue;
        const current = levels.get(productId);
        if (current === undefined) {
          fail(productNotFound(productId));
          return isNew;
        }
        if (isSame(newest.get(productId), current)) continue;
        isNew = true;
        newest.set(productId, current);
        unsent.set(productId, { productId, ...current, observeTime });
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
