import { STOCK_LIMITS } from '@flashreserve/contracts';
import type { DecrementStockRequest, UpdateProductRequest } from '@flashreserve/contracts/catalog';
import { canonicalId, metadataMessage, pageFields } from '@flashreserve/rpc';
import { z } from 'zod';
import {
  durationMs,
  holdMs,
  id,
  ids,
  money,
  optionalId,
  remainingMs,
  shownText,
  text,
  wholeNumber,
} from './request-fields';

/** Validates each request and converts it for the use case. */

const name = shownText({ min: 1, max: 200 });
const description = shownText({ min: 0, max: 2_000, multiline: true });
const sku = shownText({ min: 1, max: 64 });

export const createProductRequest = z
  .object({
    name,
    description,
    price: money,
    stockUnits: wholeNumber({ min: 0, max: STOCK_LIMITS.productUnitsMax }),
    requestId: optionalId,
    sku: sku.optional(),
    metadata: metadataMessage,
  })
  .transform(({ stockUnits, ...product }) => ({ ...product, initialStock: stockUnits }));

export const getProductRequest = z.object({ productId: id });

export const listProductsRequest = z.object({
  ...pageFields({ fallback: 20, max: 100 }),
  availableOnly: z.boolean(),
});

const updateMask = z
  .array(
    z.enum(
      ['name', 'description', 'price', 'sku', 'metadata'],
      'must be "name", "description", "price", "sku" or "metadata"',
    ),
    'is required',
  )
  .min(1, 'must name at least one field');

/** Drops fields that the mask does not name, without validating them. */
const dropUnmaskedFields = (request: UpdateProductRequest) => {
  const isMasked = (field: string): boolean => request.updateMask?.includes(field) ?? false;
  return {
    ...request,
    name: isMasked('name') ? request.name : undefined,
    description: isMasked('description') ? request.description : undefined,
    price: isMasked('price') ? request.price : undefined,
    sku: isMasked('sku') ? request.sku : undefined,
    metadata: isMasked('metadata') ? request.metadata : undefined,
  };
};

export const updateProductRequest = z.preprocess(
  dropUnmaskedFields,
  z
    .object({
      productId: id,
      updateMask,
      name: name.optional(),
      description: description.optional(),
      price: money.optional(),
      sku: sku.optional(),
      metadata: metadataMessage,
      expectedRevision: wholeNumber({ min: 0, max: Number.MAX_SAFE_INTEGER }).optional(),
    })
    .refine((request) => !request.updateMask.includes('price') || request.price !== undefined, {
      path: ['price'],
      message: 'is required',
    })
    .transform(({ productId, updateMask, expectedRevision, ...fields }) => ({
      productId,
      expectedRevision,
      changes: {
        ...fields,
        // Masked and unset: removed.
        ...(updateMask.includes('sku') && { sku: fields.sku ?? null }),
        ...(updateMask.includes('metadata') && { metadata: fields.metadata ?? [] }),
      },
    })),
);

export const adjustStockRequest = z.object({
  productId: id,
  delta: wholeNumber({
    min: -STOCK_LIMITS.productUnitsMax,
    max: STOCK_LIMITS.productUnitsMax,
  }).refine((delta) => delta !== 0, 'must not be 0'),
  reason: shownText({ min: 1, max: 200 }),
  requestId: optionalId,
});

const lines = z
  .array(
    z.object({
      productId: id,
      quantity: wholeNumber({ min: 1, max: STOCK_LIMITS.quantityMax }),
    }),
  )
  .min(1, 'must have at least one line')
  .max(STOCK_LIMITS.linesMax, `must have at most ${STOCK_LIMITS.linesMax} lines`);

export const decrementStockRequest = z
  .object({
    reservationId: id,
    customerId: text({ min: 1, max: 128 }).transform(canonicalId),
    lines,
    expireTime: z.date('is required'),
    holdTime: holdMs,
  })
  // Named one by one, because spreads and rests show in the profile of a rush.
  .transform(({ reservationId, customerId, lines, expireTime, holdTime }) => ({
    reservationId,
    customerId,
    lines,
    expiresAt: expireTime,
    holdMs: holdTime,
  }));

/** Entries are validated one by one, because each fails on its own. */
export const batchDecrementStockRequest = z.object({
  requests: z
    .array(z.custom<DecrementStockRequest>())
    .min(1, 'must have at least one entry')
    .max(STOCK_LIMITS.batchEntriesMax, `must have at most ${STOCK_LIMITS.batchEntriesMax} entries`),
});

export const settleHoldsRequest = z.object({
  reservationIds: ids({ min: 1, max: STOCK_LIMITS.settlementIdsMax }),
});

export const returnStockRequest = z.object({
  reservationId: id,
  returnId: id,
  lines,
  writeOff: z.boolean(),
  reason: shownText({ min: 1, max: 200 }),
});

export const listOverdueHoldsRequest = z
  .object({
    overdueFor: durationMs,
    ...pageFields({ fallback: 500, max: 500 }),
  })
  .transform(({ overdueFor, ...page }) => ({ ...page, overdueForMs: overdueFor }));

export const postponeHoldRequest = z
  .object({ reservationId: id, remaining: remainingMs })
  .transform(({ reservationId, remaining }) => ({ reservationId, remainingMs: remaining }));

export const auditStockRequest = z.object({
  ...pageFields({ fallback: 100, max: 500 }),
  productIds: ids({ min: 0, max: 100 }),
});

export const watchStockRequest = z.object({ productIds: ids({ min: 1, max: 100 }) });
