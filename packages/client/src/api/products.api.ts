import type {
  NewProduct,
  NewStockAdjustment,
  operations,
  Product,
  ProductChange,
  ProductPage,
  StockAdjustment,
} from '../gen/openapi';
import type { CallOptions } from '../transport/budget';
import { type ApiDeps, dataOf, type KeyOptions, keyHeader, throughPages } from './api';

export type ProductQuery = NonNullable<operations['listProducts']['parameters']['query']>;

/** Products and their stock. */
export interface ProductsApi {
  readonly list: (query?: ProductQuery, options?: CallOptions) => Promise<ProductPage>;
  /** Every product, newest first, fetched page by page. */
  readonly all: (
    query?: Omit<ProductQuery, 'pageToken'>,
    options?: CallOptions,
  ) => AsyncGenerator<Product, void, undefined>;
  readonly get: (productId: string, options?: CallOptions) => Promise<Product>;
  /** Administrators only. */
  readonly create: (product: NewProduct, options?: KeyOptions) => Promise<Product>;
  /** Administrators only. Changes the given fields, never the stock. */
  readonly update: (
    productId: string,
    change: ProductChange,
    options?: CallOptions,
  ) => Promise<Product>;
  /** Administrators only. Adds units, or removes units that are neither held nor sold. */
  readonly adjustStock: (
    productId: string,
    adjustment: NewStockAdjustment,
    options?: KeyOptions,
  ) => Promise<StockAdjustment>;
}

const READ = { access: 'anyone', repeatable: 'always' } as const;
const WRITE_WITH_KEY = { access: 'user', repeatable: 'with-key' } as const;

export const createProductsApi = ({ api, send }: ApiDeps): ProductsApi => {
  const list: ProductsApi['list'] = (query = {}, options) =>
    dataOf(api.GET('/products', { params: { query }, ...send(READ, options) }));
  return {
    list,
    all: (query, options) => throughPages((pageToken) => list({ ...query, pageToken }, options)),
    get: (productId, options) =>
      dataOf(
        api.GET('/products/{productId}', {
          params: { path: { productId } },
          ...send(READ, options),
        }),
      ),
    create: async (body, options = {}) =>
      dataOf(
        api.POST('/products', {
          params: { header: keyHeader(options) },
          body,
          ...send(WRITE_WITH_KEY, options),
        }),
      ),
    update: (productId, body, options) =>
      dataOf(
        api.PATCH('/products/{productId}', {
          params: { path: { productId } },
          body,
          ...send({ access: 'user', repeatable: 'always' }, options),
        }),
      ),
    adjustStock: async (productId, body, options = {}) =>
      dataOf(
        api.POST('/products/{productId}/stock-adjustments', {
          params: { path: { productId }, header: keyHeader(options) },
          body,
          ...send(WRITE_WITH_KEY, options),
        }),
      ),
  };
};
