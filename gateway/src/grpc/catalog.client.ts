import {
  type AdjustStockRequest,
  CatalogServiceClient,
  type CreateProductRequest,
  type ListProductsRequest,
  type ListProductsResponse,
  type Product,
  type StockAdjustment,
  type UpdateProductRequest,
} from '@flashreserve/contracts/catalog';
import {
  callUnary,
  createClient,
  type MutualTls,
  type UnaryCallOptions,
} from '@flashreserve/platform/grpc';
import { answerOf, answerToGateway, promised } from './service-error';

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
  readonly close: () => void;
}

/** All methods may be retried, because every write of the gateway carries a request id. */
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
    close: () => {
      client.close();
    },
  };
};
