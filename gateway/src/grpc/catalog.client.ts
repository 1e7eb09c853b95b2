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

/** What the gateway asks of catalog. Every function throws DomainError, catalog's own reasons unchanged. */
export interface CatalogApi {
  /** Safe to repeat only with a `requestId`. */
  readonly createProduct: (
    request: CreateProductRequest,
    call: UnaryCallOptions,
  ) => Promise<Product>;
  /** In the gateway's own name. */
  readonly getProduct: (productId: string, call: UnaryCallOptions) => Promise<Product>;
  /** In the gateway's own name. */
  readonly listProducts: (
    request: ListProductsRequest,
    call: UnaryCallOptions,
  ) => Promise<ListProductsResponse>;
  readonly updateProduct: (
    request: UpdateProductRequest,
    call: UnaryCallOptions,
  ) => Promise<Product>;
  /** Safe to repeat only with a `requestId`. */
  readonly adjustStock: (
    request: AdjustStockRequest,
    call: UnaryCallOptions,
  ) => Promise<{ readonly adjustment: StockAdjustment; readonly product: Product }>;
  /**
   * Watches 1 to 100 products until the returned function is called. `onEnd` comes once, with what ended the watch, and not
   * after that function.
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

/** All may be retried: creations and adjustments carry a request id, and an update sets values. */
const IDEMPOTENT_METHODS = [
  'CreateProduct',
  'GetProduct',
  'ListProducts',
  'UpdateProduct',
  'AdjustStock',
] as const;

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
      const response = await answerOf('catalog', callUnary(client, 'updateProduct', request, call));
      return promised(response.product, 'product');
    },
    adjustStock: async (request, call) => {
      const response = await answerOf('catalog', callUnary(client, 'adjustStock', request, call));
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
      // Stays, because a cancelled stream ends with an error too.
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
