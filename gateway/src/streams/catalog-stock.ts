import type { Product, WatchStockResponse } from '@flashreserve/contracts/catalog';
import type { Logger } from '@flashreserve/ops';
import { DomainError, deadlineExceeded, unavailable } from '@flashreserve/rpc';
import type { AuthApi } from '../grpc/auth.client';
import type { CatalogApi } from '../grpc/catalog.client';
import { serviceUnavailable } from '../grpc/service-error';

/** Watches products in catalog until the returned function or `onEnd` is called. */
export type WatchProducts = (
  productIds: readonly string[],
  listener: {
    readonly onReading: (reading: WatchStockResponse) => void;
    readonly onEnd: (error: unknown) => void;
  },
) => () => void;

/** Stock and products as catalog has them. */
export interface StockSource {
  readonly watch: WatchProducts;
  /** The newest products, at most 100. */
  readonly listNewest: () => Promise<readonly Product[]>;
  /** The current stock of products. @throws DomainError PRODUCT_NOT_FOUND */
  readonly read: (productIds: readonly string[]) => Promise<readonly WatchStockResponse[]>;
}

/** The gateway or catalog has reached its limit of streams. */
export const streamsFull = () =>
  unavailable('STREAMS_FULL', 'This gateway has reached its limit of streams. Try again shortly.');

const CALL_MS = 5_000;
const NEWEST_MAX = 100;

const inTime = (): Date => new Date(Date.now() + CALL_MS);

/** Reasons that are passed on unchanged, because they mean the same to clients of the gateway. */
const PASSED_ON: ReadonlySet<string> = new Set(['PRODUCT_NOT_FOUND', 'STORE_UNAVAILABLE']);

/** The client's error for a failed stream; errors between gateway and catalog stay internal. */
const explain = (error: unknown): DomainError => {
  if (!(error instanceof DomainError)) return serviceUnavailable('catalog', error);
  if (PASSED_ON.has(error.reason)) return error;
  return error.kind === 'exhausted' ? streamsFull() : serviceUnavailable('catalog', error);
};

/** Catalog, called with the gateway's own token, because anyone may follow the stock. */
export const createCatalogStockSource = (deps: {
  readonly catalog: Pick<CatalogApi, 'listProducts' | 'watchStock'>;
  readonly auth: Pick<AuthApi, 'serviceToken'>;
}): StockSource => {
  const { catalog, auth } = deps;

  const watch: StockSource['watch'] = (productIds, listener) => {
    let isCancelled = false;
    let cancel = (): void => undefined;
    auth
      .serviceToken(inTime())
      .then((credential) => {
        if (!isCancelled) cancel = catalog.watchStock(productIds, credential, listener);
      })
      .catch((error: unknown) => {
        if (!isCancelled) listener.onEnd(error);
      });
    return () => {
      isCancelled = true;
      cancel();
    };
  };

  return {
    watch,
    listNewest: async () => {
      const deadline = inTime();
      const { products } = await catalog.listProducts(
        { availableOnly: false, pageSize: NEWEST_MAX, pageToken: '' },
        { ...(await auth.serviceToken(deadline)), deadline },
      );
      return products;
    },
    read: (productIds) =>
      new Promise((resolve, reject) => {
        const readings = new Map<string, WatchStockResponse>();
        const timer = setTimeout(() => {
          cancel();
          reject(deadlineExceeded());
        }, CALL_MS);
        const cancel = watch(productIds, {
          onReading: (reading) => {
            readings.set(reading.productId, reading);
            if (readings.size < productIds.length) return;
            clearTimeout(timer);
            cancel();
            resolve([...readings.values()]);
          },
          onEnd: (error) => {
            clearTimeout(timer);
            reject(explain(error));
          },
        });
      }),
  };
};

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
          log.debug(
            { err: error, products: ids.length },
            'A stock stream from catalog ended; reopening it.',
          );
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
