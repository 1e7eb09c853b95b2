import type { IncomingMessage } from 'node:http';
import type { Product } from '@flashreserve/contracts/catalog';
import { invalidRequest, type UnaryCallOptions } from '@flashreserve/rpc';
import type { z } from 'zod';
import type { AuthApi } from '../../grpc/auth.client';
import type { CatalogApi } from '../../grpc/catalog.client';
import { promised } from '../../grpc/service-error';
import { etagOf } from '../etag';
import { expectedRevisionOf } from '../if-match';
import { type MinorUnits, toMinorUnits } from '../mappers/price';
import { toProduct } from '../mappers/product.mapper';
import { prepareJson } from '../prepared-answer';
import type { RecentAnswers } from '../recent-answers';
import { toRequestId } from '../request-id';
import { defineRoute, json, prepared, type TableEntry } from '../route';
import * as schemas from '../schemas/product.schemas';

const COMMON = { tag: 'Products', services: ['catalog'] } as const;
const KEY = 'Idempotency-Key';
const { EXAMPLE_PRODUCT } = schemas;

interface ProductDeps {
  readonly catalog: CatalogApi;
  readonly auth: Pick<AuthApi, 'serviceToken'>;
  readonly recentAnswers: RecentAnswers;
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

const prepareProduct = (product: Product) => prepareJson(toProduct(product), product.revision);

/** A product that was written, with the ETag that reading it now would have. */
const written = <Status extends 200 | 201>(
  status: Status,
  product: Product,
  headers: Readonly<Record<string, string>> = {},
) => {
  const body = toProduct(product);
  return json(status, body, { etag: etagOf(JSON.stringify(body), product.revision), ...headers });
};

/** The fields of a request that a body may leave out. */
const addedFields = ({
  sku,
  metadata,
}: Pick<z.output<typeof schemas.updateProductBody>, 'sku' | 'metadata'>) => ({
  ...(typeof sku === 'string' && { sku }),
  ...(metadata !== undefined && { metadata: { entries: metadata } }),
});

const createRoute = ({ catalog }: ProductDeps): TableEntry =>
  defineRoute({
    ...COMMON,
    method: 'post',
    path: '/products',
    operationId: 'createProduct',
    summary: 'Create a product',
    description:
      'Creates a product with its initial stock. Idempotent with an Idempotency-Key: a retry returns the product that the first request created. `REQUEST_ID_REUSED`: the key was used before, with a different body. `SKU_TAKEN`: another product has the SKU.',
    access: 'manager',
    scope: 'products:write',
    request: { headers: schemas.creationKeyHeader, body: schemas.createProductBody },
    requestExamples: {
      sneaker: {
        summary: 'A limited run',
        value: {
          name: EXAMPLE_PRODUCT.name,
          description: EXAMPLE_PRODUCT.description,
          price: EXAMPLE_PRODUCT.price,
          currency: EXAMPLE_PRODUCT.currency,
          initialQuantity: EXAMPLE_PRODUCT.stockQuantity,
        },
      },
    },
    responses: {
      201: {
        description: 'The product, created by this request or by an earlier one with the same key.',
        schema: schemas.product,
        example: EXAMPLE_PRODUCT,
        headers: { Location: 'Path of the product.', ...schemas.PRODUCT_ETAG },
      },
    },
    rpcs: ['CatalogService.CreateProduct'],
    errors: [],
    fieldNames: schemas.CATALOG_FIELD_NAMES,
    handle: async ({ headers, body }, { principal, call }) => {
      const { name, description = '', price, currency } = body;
      const product = await catalog.createProduct(
        {
          name,
          description,
          price: priceIn(price, currency),
          stockUnits: schemas.initialQuantityOf(body),
          ...addedFields(body),
          requestId: toRequestId({
            caller: principal,
            route: 'POST /products',
            key: headers[KEY],
          }),
        },
        call,
      );
      return written(201, product, { location: `/products/${product.productId}` });
    },
  });

/** Catalog has no anonymous callers; public routes use the gateway's own token. */
const asGateway = async (auth: ProductDeps['auth'], call: UnaryCallOptions) => ({
  deadline: call.deadline,
  requestId: call.requestId,
  signal: call.signal,
  ...(await auth.serviceToken(call.deadline)),
});

/** Not `max-age=0`: browsers send it with every reload, and a crowd that reloads is the point. */
const FRESH = /(?:^|[\s,])no-(?:cache|store)(?=$|[\s,;=])/i;

/** Whether the client must see its own write, and accepts no answer from memory. */
const wantsFresh = (cacheControl: string | undefined): boolean =>
  cacheControl !== undefined && FRESH.test(cacheControl);

/**
 * Answers are kept by the shortest URL that asks for them, which is always valid: a request with
 * just this URL gets the answer without further checks.
 */
const recallFrom =
  (recentAnswers: RecentAnswers) =>
  ({ url = '', headers }: IncomingMessage) =>
    wantsFresh(headers['cache-control']) ? undefined : recentAnswers.recall(url);

const urlOfList = (availableOnly: boolean, pageSize: number | undefined): string => {
  const parameters = [
    ...(availableOnly ? ['available=true'] : []),
    ...(pageSize === undefined ? [] : [`pageSize=${pageSize}`]),
  ];
  return parameters.length === 0 ? '/products' : `/products?${parameters.join('&')}`;
};

const AGE =
  'By default at most 100 ms old (`PRODUCTS_REUSE_MS` of the deployment); with `Cache-Control: no-cache`, read after the request arrived. Reserving always decides by the real stock.';

const UNCHANGED = {
  description: 'The client has the current version, as `If-None-Match` names its ETag.',
  headers: schemas.VERSION_HEADERS,
} as const;

const listRoute = ({ catalog, auth, recentAnswers }: ProductDeps): TableEntry =>
  defineRoute({
    ...COMMON,
    method: 'get',
    path: '/products',
    operationId: 'listProducts',
    summary: 'List products',
    description: `Returns products page by page, newest first. ${AGE} Pages with a \`pageToken\` are always read. \`INVALID_PAGE_TOKEN\`: the page token was not issued by this list with the same filter.`,
    access: 'public',
    request: { query: schemas.listProductsQuery, headers: schemas.versionRequestHeaders },
    responses: {
      200: {
        description: 'A page of products.',
        schema: schemas.productPage,
        example: { items: [EXAMPLE_PRODUCT], nextPageToken: '' },
        headers: schemas.VERSION_HEADERS,
      },
      304: UNCHANGED,
    },
    rpcs: ['CatalogService.ListProducts'],
    errors: [],
    recall: recallFrom(recentAnswers),
    handle: async ({ query, headers }, { call }) => {
      const { available, pageSize, pageToken = '' } = query;
      const availableOnly = available === 'true';
      const ask = async (shared: UnaryCallOptions) => {
        const { products, nextPageToken } = await catalog.listProducts(
          { availableOnly, pageSize: pageSize ?? 0, pageToken },
          await asGateway(auth, shared),
        );
        return prepareJson({ items: products.map(toProduct), nextPageToken });
      };
      if (pageToken !== '') return prepared(await ask(call));
      const key = urlOfList(availableOnly, pageSize);
      const isFresh = wantsFresh(headers['Cache-Control']);
      return prepared(await recentAnswers.read({ key, isFresh, call, ask }));
    },
  });

const getRoute = ({ catalog, auth, recentAnswers }: ProductDeps): TableEntry =>
  defineRoute({
    ...COMMON,
    method: 'get',
    path: '/products/:productId',
    operationId: 'getProduct',
    summary: 'Read a product',
    description: `Returns a product with its current stock. ${AGE} \`PRODUCT_NOT_FOUND\`: no product has this id.`,
    access: 'public',
    request: { path: schemas.productPath, headers: schemas.versionRequestHeaders },
    responses: {
      200: {
        description: 'The product.',
        schema: schemas.product,
        example: EXAMPLE_PRODUCT,
        headers: schemas.VERSION_HEADERS,
      },
      304: UNCHANGED,
    },
    rpcs: ['CatalogService.GetProduct'],
    errors: [],
    recall: recallFrom(recentAnswers),
    handle: async ({ path: { productId }, headers }, { call }) => {
      const key = `/products/${productId}`;
      const isFresh = wantsFresh(headers['Cache-Control']);
      const ask = async (shared: UnaryCallOptions) =>
        prepareProduct(await catalog.getProduct(productId, await asGateway(auth, shared)));
      return prepared(await recentAnswers.read({ key, isFresh, call, ask }));
    },
  });

const updateRoute = ({ catalog, auth }: ProductDeps): TableEntry =>
  defineRoute({
    ...COMMON,
    method: 'patch',
    path: '/products/:productId',
    operationId: 'updateProduct',
    summary: 'Change a product',
    description:
      'Changes the given fields and leaves the others as they are. The stock is changed by stock adjustments only. Existing reservations keep the price, name and SKU that the product had when their units were taken; new ones get the new ones. Idempotent. With `If-Match`, a change by somebody else since you read the product is never overwritten: `PRODUCT_CHANGED` (412) means to read it again; a retry of a change that was made succeeds. `PRODUCT_NOT_FOUND`: no product has this id. `SKU_TAKEN`: another product has the SKU.',
    access: 'manager',
    scope: 'products:write',
    request: {
      path: schemas.productPath,
      headers: schemas.changeRequestHeaders,
      body: schemas.updateProductBody,
    },
    requestExamples: {
      price: { summary: 'A new price', value: { price: 129.99 } },
    },
    responses: {
      200: {
        description: 'The product after the change.',
        schema: schemas.product,
        example: { ...EXAMPLE_PRODUCT, price: 129.99 },
        headers: schemas.PRODUCT_ETAG,
      },
    },
    rpcs: ['CatalogService.UpdateProduct'],
    errors: [],
    fieldNames: schemas.CATALOG_FIELD_NAMES,
    handle: async ({ path, headers, body }, { call }) => {
      const { productId } = path;
      const { name, description, price, currency, sku, metadata } = body;
      const expectedRevision = expectedRevisionOf(headers['If-Match']);
      const fields = { name, description, price, sku, metadata };
      const updateMask = Object.entries(fields)
        .filter(([, value]) => value !== undefined)
        .map(([field]) => field);
      // A decimal price depends on the currency, so a price alone needs the product's currency.
      const currencyOf = async (): Promise<string> =>
        currency ??
        promised((await catalog.getProduct(productId, await asGateway(auth, call))).price, 'price')
          .currencyCode;
      const product = await catalog.updateProduct(
        {
          productId,
          name: name ?? '',
          description: description ?? '',
          ...(price !== undefined && { price: priceIn(price, await currencyOf()) }),
          updateMask,
          ...addedFields(body),
          ...(expectedRevision !== undefined && { expectedRevision }),
        },
        call,
      );
      return written(200, product);
    },
  });

export const createProductRoutes = (deps: ProductDeps): readonly TableEntry[] => [
  createRoute(deps),
  listRoute(deps),
  getRoute(deps),
  updateRoute(deps),
];
