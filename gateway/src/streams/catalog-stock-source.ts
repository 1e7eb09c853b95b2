import type { WatchStockResponse } from '@flashreserve/contracts/catalog';
import { DomainError, deadlineExceeded } from '@flashreserve/rpc';
import type { AuthApi } from '../grpc/auth.client';
import type { CatalogApi } from '../grpc/catalog.client';
import { serviceUnavailable } from '../grpc/service-error';
import type { StockSource } from './stock-streams';
import { streamsFull } from './stream-places';

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
