import {
  type AdjustStockRequest,
  CatalogServiceClient,
  type CreateProductRequest,
  type ListProductsRequest,
  type ListProductsResponse,
  type Product,
  type StockAdjustment,
  type UpdateProductRequest,
  type WatchStockResponse,
} from '@flashreserve/contracts/catalog';
import {
  callUnary,
  createClient,
  fromServiceError,
  type MutualTls,
  type UnaryCallOptions,
} from '@flashreserve/rpc';
import { type ClientReadableStream, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { answerOf, answerToGateway, explainServiceError, promised } from './service-error';

/**
 * The gateway's client of catalog. Every function throws DomainError, catalog's reasons unchanged.
 */
export interface CatalogApi {
  /** Idempotent only with a `requestId`. */
  readonly createProduct: (
    request: CreateProductRequest,
    call: UnaryCallOptions,
  ) => Promise<Product>;
  /** Uses the gateway's own token. */
  readonly getProduct: (productId: string, call: UnaryCallOptions) => Promise<Product>;
  /** Uses the gateway's own token. */
  readonly listProducts: (
    request: ListProductsRequest,
    call: UnaryCallOptions,
  ) => Promise<ListProductsResponse>;
  readonly updateProduct: (
    request: UpdateProductRequest,
    call: UnaryCallOptions,
  ) => Promise<Product>;
  /** Idempotent only with a `requestId`. */
  readonly adjustStock: (
    request: AdjustStockRequest,
    call: UnaryCallOptions,
  ) => Promise<{ readonly adjustment: StockAdjustment; readonly product: Product }>;
  /**
   * Watches 1 to 100 products until the returned function is called. `onEnd` is called once, with
   * the cause, when the watch ends; never after the returned function has been called.
   */
  readonly watchStock: (
    productIds: readonly string[],
    call: Pick<UnaryCallOptions, 'token' | 'onTokenRefused'>,
    listener: {
      readonly onReading: (reading: WatchStockResponse) => void;
      readonly onEnd: (error: unknown) => void;
    },
  ) => () => void;
  readonly close: () => void;
}

/**
 * Safe to retry: creations and adjustments carry a request id, and an update sets absolute values.
 */
const IDEMPOTENT_METHODS = [
  'CreateProduct',
  'GetProduct',
  'ListProducts',
  'UpdateProduct',
  'AdjustStock',
] as const;

/** Where the product is sold, so that an administrator does not compete with its buyers. */
const atHomeOf = (homeKey: string, call: UnaryCallOptions): UnaryCallOptions => ({
  homeKey,
  ...call,
});

export const createCatalogApi = (target: string, tls?: MutualTls): CatalogApi => {
  const client = createClient(CatalogServiceClient, target, {
    serviceName: 'flashreserve.catalog.v1.CatalogService',
    idempotentMethods: IDEMPOTENT_METHODS,
    tls,
  });
  return {
    createProduct: async (request, call) => {
      const response = await answerOf('catalog', callUnary(client, 'createProduct', request, call));
      return promised(response.product, 'product');
    },
    getProduct: async (productId, call) => {
      const response = await answerToGateway(
        'catalog',
        callUnary(client, 'getProduct', { productId }, call),
      );
      return promised(response.product, 'product');
    },
    listProducts: (request, call) =>
      answerToGateway('catalog', callUnary(client, 'listProducts', request, call)),
    updateProduct: async (request, call) => {
      const response = await answerOf(
        'catalog',
        callUnary(client, 'updateProduct', request, atHomeOf(request.productId, call)),
      );
      return promised(response.product, 'product');
    },
    adjustStock: async (request, call) => {
      const response = await answerOf(
        'catalog',
        callUnary(client, 'adjustStock', request, atHomeOf(request.productId, call)),
      );
      return {
        adjustment: promised(response.adjustment, 'adjustment'),
        product: promised(response.product, 'product'),
      };
    },
    watchStock: (productIds, { token, onTokenRefused }, { onReading, onEnd }) => {
      const metadata = new Metadata();
      if (token !== undefined) metadata.set('authorization', `Bearer ${token}`);
      const stream: ClientReadableStream<WatchStockResponse> = client.watchStock(
        { productIds: [...productIds] },
        metadata,
      );
      let isOver = false;
      const end = (error: unknown): void => {
        if (isOver) return;
        isOver = true;
        onEnd(error);
      };
      stream.on('data', (reading: WatchStockResponse) => {
        if (!isOver) onReading(reading);
      });
      // Stays attached, because a cancelled stream emits an error too.
      stream.on('error', (error: ServiceError) => {
        if (error.code === status.UNAUTHENTICATED) onTokenRefused?.();
        end(explainServiceError('catalog', fromServiceError(error)));
      });
      stream.on('end', () => {
        end(undefined);
      });
      return () => {
        isOver = true;
        stream.cancel();
      };
    },
    close: () => {
      client.close();
    },
  };
};
