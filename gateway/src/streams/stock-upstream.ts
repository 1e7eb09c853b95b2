import type { WatchStockResponse } from '@flashreserve/contracts/catalog';
import type { Logger } from '@flashreserve/ops';
import { DomainError } from '@flashreserve/rpc';

/** Watches products in catalog until the returned function is called or `onEnd` has been. */
export type WatchProducts = (
  productIds: readonly string[],
  listener: {
    readonly onReading: (reading: WatchStockResponse) => void;
    readonly onEnd: (error: unknown) => void;
  },
) => () => void;

/** The gateway's own watch of everything that its clients follow, however many they are. */
export interface StockUpstream {
  /** Watches these products from now on. Returns all that it watches, which may be some more. */
  readonly cover: (productIds: readonly string[]) => ReadonlySet<string>;
  readonly close: () => void;
}

/** As many as catalog takes in one stream. */
const CHUNK_MAX = 100;
const RETRY_MS = { first: 100, longest: 5_000 };

interface Chunk {
  readonly productIds: readonly string[];
  readonly close: () => void;
}

/** The product that catalog does not know any more, if that is what the error says. */
const missingProduct = (error: unknown): string | undefined =>
  error instanceof DomainError && error.reason === 'PRODUCT_NOT_FOUND'
    ? error.metadata['productId']
    : undefined;

/** Streams end often, with the connection's age or the token; each is opened again until its chunk is closed. */
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
          log.debug({ err: error, products: ids.length }, 'A watch of stock has ended; next one.');
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
      // The smallest chunk is opened anew with what is missing, so that chunks stay few.
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
