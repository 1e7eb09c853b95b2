import type { WatchStockResponse } from '@flashreserve/contracts/catalog';
import type { Logger } from '@flashreserve/ops';
import { DomainError } from '@flashreserve/rpc';

/** Watches products in catalog until the returned function or `onEnd` is called. */
export type WatchProducts = (
  productIds: readonly string[],
  listener: {
    readonly onReading: (reading: WatchStockResponse) => void;
    readonly onEnd: (error: unknown) => void;
  },
) => () => void;

/** The gateway's shared watch of all products that its clients follow. */
export interface StockUpstream {
  /** Watches these products from now on. Returns all watched products, possibly a few more. */
  readonly cover: (productIds: readonly string[]) => ReadonlySet<string>;
  readonly close: () => void;
}

/** Catalog's maximum number of products per stream. */
const CHUNK_MAX = 100;
const RETRY_MS = { first: 100, longest: 5_000 };

interface Chunk {
  readonly productIds: readonly string[];
  readonly close: () => void;
}

/** The product that no longer exists, if that is the error. */
const missingProduct = (error: unknown): string | undefined =>
  error instanceof DomainError && error.reason === 'PRODUCT_NOT_FOUND'
    ? error.metadata['productId']
    : undefined;

/**
 * Streams end regularly, by connection age or token expiry; each is reopened until its chunk
 * closes.
 */
export const createStockUpstream = (deps: {
  readonly watch: WatchProducts;
  readonly onReading: (reading: WatchStockResponse) => void;
  readonly log: Logger;
}): StockUpstream => {
  const { watch, onReading, log } = deps;
  let chunks: readonly Chunk[] = [];

  const openChunk = (productIds: readonly string[]): Chunk => {
    let ids = productIds;
    let isClosed = false;
    let failures = 0;
    let timer: NodeJS.Timeout | undefined;
    let cancel = (): void => undefined;
    const start = (): void => {
      cancel = watch(ids, {
        onReading: (reading) => {
          if (isClosed) return;
          failures = 0;
          onReading(reading);
        },
        onEnd: (error) => {
          if (isClosed) return;
          const missing = missingProduct(error);
          ids = ids.filter((id) => id !== missing);
          if (ids.length === 0) return;
          log.debug({ err: error, products: ids.length }, 'A watch of stock ended; reopening it.');
          const waitMs = Math.min(RETRY_MS.longest, RETRY_MS.first * 2 ** failures);
          failures += 1;
          timer = setTimeout(start, waitMs * (0.5 + Math.random() / 2));
          timer.unref();
        },
      });
    };
    start();
    return {
      productIds,
      close: () => {
        isClosed = true;
        clearTimeout(timer);
        cancel();
      },
    };
  };

  return {
    cover: (productIds) => {
      const wanted = new Set(productIds);
      const isWorthIt = ({ productIds: ids }: Chunk): boolean =>
        2 * ids.filter((id) => wanted.has(id)).length >= ids.length;
      const kept = chunks.filter(isWorthIt);
      const covered = new Set(kept.flatMap((chunk) => chunk.productIds));
      const missing = productIds.filter((id) => !covered.has(id));
      // The smallest chunk is reopened with the missing products, which keeps the number of chunks
      // low.
      const smallest = kept.toSorted((a, b) => a.productIds.length - b.productIds.length)[0];
      const isJoined =
        smallest !== undefined &&
        missing.length > 0 &&
        smallest.productIds.length + missing.length <= CHUNK_MAX;
      const toOpen = isJoined ? [...smallest.productIds, ...missing] : missing;
      const staying = isJoined ? kept.filter((chunk) => chunk !== smallest) : kept;
      for (const chunk of chunks) if (!staying.includes(chunk)) chunk.close();
      const opened: Chunk[] = [];
      for (let start = 0; start < toOpen.length; start += CHUNK_MAX) {
        opened.push(openChunk(toOpen.slice(start, start + CHUNK_MAX)));
      }
      chunks = [...staying, ...opened];
      return new Set(chunks.flatMap((chunk) => chunk.productIds));
    },
    close: () => {
      for (const chunk of chunks) chunk.close();
      chunks = [];
    },
  };
};
