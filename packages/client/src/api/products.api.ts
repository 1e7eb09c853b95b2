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

/** Options of reads that the gateway may answer from memory. */
export interface ReadOptions extends CallOptions {
  /** Reads the current state, for example after a write, instead of one up to 100 ms old. */
  readonly fresh?: boolean | undefined;
}

export interface ChangeOptions extends CallOptions {
  /**
   * ETag of the version that the change was made for, from `getVersion` or `*`. If somebody has
   * changed the product since, the call rejects with the reason `PRODUCT_CHANGED`.
   */
  readonly ifMatch?: string | undefined;
}

/** A product, and the ETag that identifies this version of it. */
export interface ProductVersion {
  readonly product: Product;
  readonly etag: string;
}

/** Products and their stock. */
export interface ProductsApi {
  readonly list: (query?: ProductQuery, options?: ReadOptions) => Promise<ProductPage>;
  /** Every product, newest first, fetched page by page. */
  readonly all: (
    query?: Omit<ProductQuery, 'pageToken'>,
    options?: ReadOptions,
  ) => AsyncGenerator<Product, void, undefined>;
  readonly get: (productId: string, options?: ReadOptions) => Promise<Product>;
  /** Like `get`, with the ETag to change this version of the product. Always current. */
  readonly getVersion: (productId: string, options?: CallOptions) => Promise<ProductVersion>;
  /** Administrators only. */
  readonly create: (product: NewProduct, options?: KeyOptions) => Promise<Product>;
  /** Administrators only. Changes the given fields, never the stock. */
  readonly update: (
    productId: string,
    change: ProductChange,
    options?: ChangeOptions,
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

const freshHeader = ({ fresh }: ReadOptions = {}) =>
  fresh === true ? { header: { 'Cache-Control': 'no-cache' } } : {};

export const createProductsApi = ({ api, send }: ApiDeps): ProductsApi => {
  const list: ProductsApi['list'] = (query = {}, options) =>
    dataOf(
      api.GET('/products', {
        params: { query, ...freshHeader(options) },
        ...send(READ, options),
      }),
    );
  return {
    list,
    all: (query, options) => throughPages((pageToken) => list({ ...query, pageToken }, options)),
    get: (productId, options) =>
      dataOf(
        api.GET('/products/{productId}', {
          params: { path: { productId }, ...freshHeader(options) },
          ...send(READ, options),
        }),
      ),
    getVersion: async (productId, options) => {
      const { data, response } = await api.GET('/products/{productId}', {
        params: { path: { productId }, ...freshHeader({ fresh: true }) },
        ...send(READ, options),
      });
      return { product: data as Product, etag: response.headers.get('etag') ?? '' };
    },
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
          params: {
            path: { productId },
            ...(options?.ifMatch !== undefined && { header: { 'If-Match': options.ifMatch } }),
          },
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
