import { invalidRequest, type UnaryCallOptions } from '@flashreserve/rpc';
import type { AuthApi } from '../../grpc/auth.client';
import type { CatalogApi } from '../../grpc/catalog.client';
import { promised } from '../../grpc/service-error';
import { type MinorUnits, toMinorUnits } from '../mappers/price';
import { toProduct } from '../mappers/product.mapper';
import { toRequestId } from '../request-id';
import { defineRoute, json, type TableEntry } from '../route';
import * as schemas from '../schemas/product.schemas';

const COMMON = { tag: 'Products', services: ['catalog'] } as const;
const KEY = 'Idempotency-Key';
const { EXAMPLE_PRODUCT } = schemas;

interface ProductDeps {
  readonly catalog: CatalogApi;
  readonly auth: Pick<AuthApi, 'serviceToken'>;
}

/** @throws DomainError INVALID_REQUEST naming the price if it does not fit the currency */
const priceIn = (price: number, currency: string): MinorUnits => {
  const minorUnits = toMinorUnits(price, currency);
  if (minorUnits === undefined) {
    const description = schemas.priceProblem(price, currency) ?? 'cannot be kept';
    throw invalidRequest([{ field: '/price', description }]);
  }
  return minorUnits;
};

const createRoute = ({ catalog }: ProductDeps): TableEntry =>
  defineRoute({
    ...COMMON,
    method: 'post',
    path: '/products',
    operationId: 'createProduct',
    summary: 'Create a product',
    description:
      'Creates a product with its initial stock. Idempotent with an Idempotency-Key: a retry returns the product that the first request created. `REQUEST_ID_REUSED`: the key was used before, with a different body.',
    access: 'admin',
    request: { headers: schemas.creationKeyHeader, body: schemas.createProductBody },
    requestExamples: {
      sneaker: {
        summary: 'A limited run',
        value: {
          name: EXAMPLE_PRODUCT.name,
          description: EXAMPLE_PRODUCT.description,
          price: EXAMPLE_PRODUCT.price,
          currency: EXAMPLE_PRODUCT.currency,
          stockQuantity: EXAMPLE_PRODUCT.stockQuantity,
        },
      },
    },
    responses: {
      201: {
        description: 'The product, created by this request or by an earlier one with the same key.',
        schema: schemas.product,
        example: EXAMPLE_PRODUCT,
        headers: { Location: 'Path of the product.' },
      },
    },
    rpcs: ['CatalogService.CreateProduct'],
    errors: [],
    fieldNames: schemas.CATALOG_FIELD_NAMES,
    handle: async ({ headers, body }, { principal, call }) => {
      const { name, description = '', price, currency, stockQuantity } = body;
      const product = await catalog.createProduct(
        {
          name,
          description,
          price: priceIn(price, currency),
          stockUnits: stockQuantity,
          requestId: toRequestId({
            userId: principal.userId,
            route: 'POST /products',
            key: headers[KEY],
          }),
        },
        call,
      );
      return json(201, toProduct(product), { location: `/products/${product.productId}` });
    },
  });

/** Catalog has no anonymous callers; public routes use the gateway's own token. */
const asGateway = async (auth: ProductDeps['auth'], call: UnaryCallOptions) => ({
  ...call,
  ...(await auth.serviceToken(call.deadline)),
});

const listRoute = ({ catalog, auth }: ProductDeps): TableEntry =>
  defineRoute({
    ...COMMON,
    method: 'get',
    path: '/products',
    operationId: 'listProducts',
    summary: 'List products',
    description:
      'Returns products page by page, newest first. `INVALID_PAGE_TOKEN`: the page token was not issued by this list with the same filter.',
    access: 'public',
    request: { query: schemas.listProductsQuery },
    responses: {
      200: {
        description: 'A page of products.',
        schema: schemas.productPage,
        example: { items: [EXAMPLE_PRODUCT], nextPageToken: '' },
      },
    },
    rpcs: ['CatalogService.ListProducts'],
    errors: [],
    handle: async ({ query }, { call }) => {
      const { available, pageSize = 0, pageToken = '' } = query;
      const { products, nextPageToken } = await catalog.listProducts(
        { availableOnly: available === 'true', pageSize, pageToken },
        await asGateway(auth, call),
      );
      return json(200, { items: products.map(toProduct), nextPageToken });
    },
  });

const getRoute = ({ catalog, auth }: ProductDeps): TableEntry =>
  defineRoute({
    ...COMMON,
    method: 'get',
    path: '/products/:productId',
    operationId: 'getProduct',
    summary: 'Read a product',
    description:
      'Returns a product with its current stock. `PRODUCT_NOT_FOUND`: no product has this id.',
    access: 'public',
    request: { path: schemas.productPath },
    responses: {
      200: { description: 'The product.', schema: schemas.product, example: EXAMPLE_PRODUCT },
    },
    rpcs: ['CatalogService.GetProduct'],
    errors: [],
    handle: async ({ path }, { call }) =>
      json(200, toProduct(await catalog.getProduct(path.productId, await asGateway(auth, call)))),
  });

const updateRoute = ({ catalog }: ProductDeps): TableEntry =>
  defineRoute({
    ...COMMON,
    method: 'patch',
    path: '/products/:productId',
    operationId: 'updateProduct',
    summary: 'Change a product',
    description:
      'Changes the given fields and leaves the others as they are. The stock is changed by stock adjustments only. Reservations store no price, so a new price does not change them. Idempotent. `PRODUCT_NOT_FOUND`: no product has this id.',
    access: 'admin',
    request: { path: schemas.productPath, body: schemas.updateProductBody },
    requestExamples: {
      price: { summary: 'A new price', value: { price: 129.99 } },
    },
    responses: {
      200: {
        description: 'The product after the change.',
        schema: schemas.product,
        example: { ...EXAMPLE_PRODUCT, price: 129.99 },
      },
    },
    rpcs: ['CatalogService.UpdateProduct'],
    errors: [],
    fieldNames: schemas.CATALOG_FIELD_NAMES,
    handle: async ({ path, body }, { call }) => {
      const { productId } = path;
      const { name, description, price, currency } = body;
      const fields = { name, description, price };
      const updateMask = Object.entries(fields)
        .filter(([, value]) => value !== undefined)
        .map(([field]) => field);
      // A decimal price depends on the currency, so a price alone needs the product's currency.
      const currencyOf = async (): Promise<string> =>
        currency ??
        promised((await catalog.getProduct(productId, call)).price, 'price').currencyCode;
      const product = await catalog.updateProduct(
        {
          productId,
          name: name ?? '',
          description: description ?? '',
          ...(price !== undefined && { price: priceIn(price, await currencyOf()) }),
          updateMask,
        },
        call,
      );
      return json(200, toProduct(product));
    },
  });

export const createProductRoutes = (deps: ProductDeps): readonly TableEntry[] => [
  createRoute(deps),
  listRoute(deps),
  getRoute(deps),
  updateRoute(deps),
];
