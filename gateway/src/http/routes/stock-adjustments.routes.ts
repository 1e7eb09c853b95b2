import type { CatalogApi } from '../../grpc/catalog.client';
import { toStockAdjustment } from '../mappers/product.mapper';
import { toRequestId } from '../request-id';
import { defineRoute, json, type TableEntry } from '../route';
import { EXAMPLE_IDS } from '../schemas/common.schemas';
import * as schemas from '../schemas/product.schemas';

const { EXAMPLE_PRODUCT } = schemas;

const adjustStockRoute = (catalog: CatalogApi): TableEntry =>
  defineRoute({
    tag: 'Products',
    services: ['catalog'],
    method: 'post',
    path: '/products/:productId/stock-adjustments',
    operationId: 'adjustStock',
    summary: 'Add or remove stock',
    description:
      'Adds units to a product or removes available ones. Held and sold units cannot be removed. Idempotent with an Idempotency-Key: a retry changes nothing and returns the first adjustment. `PRODUCT_NOT_FOUND`: no product has this id. `INSUFFICIENT_STOCK`: fewer units are available than would be removed. `STOCK_LIMIT_EXCEEDED`: the product would have more than 1,000,000,000 units. `REQUEST_ID_REUSED`: the key was used before, with a different body.',
    access: 'manager',
    scope: 'products:write',
    request: {
      path: schemas.productPath,
      headers: schemas.adjustmentKeyHeader,
      body: schemas.stockAdjustmentBody,
    },
    requestExamples: {
      restock: { summary: 'Fifty more units', value: { delta: 50, reason: 'Second delivery' } },
    },
    responses: {
      201: {
        description: 'The adjustment, and the product right after it.',
        schema: schemas.stockAdjustment,
        example: {
          adjustmentId: EXAMPLE_IDS.adjustment,
          productId: EXAMPLE_PRODUCT.productId,
          delta: 50,
          reason: 'Second delivery',
          createdAt: EXAMPLE_PRODUCT.createdAt,
          product: { ...EXAMPLE_PRODUCT, stockQuantity: 150 },
        },
        headers: { Location: 'Path of the product.' },
      },
    },
    rpcs: ['CatalogService.AdjustStock'],
    errors: [],
    fieldNames: schemas.CATALOG_FIELD_NAMES,
    handle: async ({ path, headers, body }, { principal, call }) => {
      const { adjustment, product } = await catalog.adjustStock(
        {
          productId: path.productId,
          delta: body.delta,
          reason: body.reason,
          requestId: toRequestId({
            caller: principal,
            route: 'POST /products/:productId/stock-adjustments',
            key: headers['Idempotency-Key'],
          }),
        },
        call,
      );
      return json(201, toStockAdjustment(adjustment, product), {
        location: `/products/${product.productId}`,
      });
    },
  });

export const createStockAdjustmentRoutes = (catalog: CatalogApi): readonly TableEntry[] => [
  adjustStockRoute(catalog),
];
