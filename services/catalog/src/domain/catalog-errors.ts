import { STOCK_LIMITS } from '@flashreserve/contracts';
import { ERROR_CATALOGUE } from '@flashreserve/contracts/errors';
import { createRefusal, DomainError, invalidRequest } from '@flashreserve/rpc';

/** An error by its reason, as explained in the catalogue. */
const refusal = createRefusal(ERROR_CATALOGUE);

export const productNotFound = (productId: string): DomainError =>
  refusal('PRODUCT_NOT_FOUND', {
    message: `There is no product ${productId}.`,
    metadata: { productId },
  });

/** One line has too few available units; nothing was taken for any line. */
export const outOfStock = (productId: string, requestedUnits: number): DomainError =>
  refusal('OUT_OF_STOCK', {
    message: `Product ${productId} does not have ${requestedUnits} available unit(s).`,
    metadata: { productId, requestedUnits: String(requestedUnits) },
  });

/** The request arrived after the hold would have expired; nothing was taken. */
export const holdExpired = (reservationId: string): DomainError =>
  new DomainError({
    kind: 'precondition',
    reason: 'HOLD_EXPIRED',
    message: `The request arrived after reservation ${reservationId} was due to expire.`,
    metadata: { reservationId },
  });

/** The reservation already has a hold, with another customer or other lines. */
export const idempotencyKeyReused = (reservationId: string): DomainError =>
  refusal('IDEMPOTENCY_KEY_REUSED', {
    message: `Reservation ${reservationId} was created with another customer or other lines.`,
    metadata: { reservationId },
  });

/** Only units that were sold can come back. */
export const holdNotSold = (reservationId: string, state = 'missing'): DomainError =>
  new DomainError({
    kind: 'precondition',
    reason: 'HOLD_NOT_SOLD',
    message: `The units of reservation ${reservationId} are not sold.`,
    metadata: { reservationId, state },
  });

/** A return names more units of a product than the hold has left; nothing came back. */
export const returnExceedsUnits = (productId: string, returnableUnits: number): DomainError =>
  refusal('RETURN_EXCEEDS_UNITS', {
    message: `Only ${returnableUnits} unit(s) of product ${productId} can still be returned.`,
    metadata: { productId, returnableUnits: String(returnableUnits) },
  });

export const returnsLimited = (): DomainError =>
  refusal('RETURNS_LIMITED', { metadata: { limit: String(STOCK_LIMITS.returnsMax) } });

/** The hold has a return with this id and another content. */
export const returnIdReused = (returnId: string): DomainError =>
  refusal('IDEMPOTENCY_KEY_REUSED', {
    message: `Return ${returnId} was made with other units, or another reason.`,
    metadata: { returnId },
  });

/** SKUs are unique. */
export const skuTaken = (sku: string): DomainError =>
  refusal('SKU_TAKEN', { message: `Another product has the SKU ${sku}.`, metadata: { sku } });

/** The caller has seen another revision of the product. */
export const productChanged = (productId: string): DomainError =>
  refusal('PRODUCT_CHANGED', {
    message:
      'The product has changed since it was read. Read it again, and repeat the change with its new ETag.',
    metadata: { productId },
  });

/** The request id was used by an earlier request with different content. */
export const requestIdReused = (requestId: string): DomainError =>
  refusal('REQUEST_ID_REUSED', {
    message: `Request id ${requestId} was used before, with different content.`,
    metadata: { requestId },
  });

/** An adjustment would remove units that are held or sold. */
export const insufficientStock = (productId: string, availableUnits: number): DomainError =>
  refusal('INSUFFICIENT_STOCK', {
    message: `Product ${productId} has only ${availableUnits} available unit(s).`,
    metadata: { productId, availableUnits: String(availableUnits) },
  });

/** An adjustment would exceed the maximum number of units of a product. */
export const stockLimitExceeded = (productId: string): DomainError =>
  refusal('STOCK_LIMIT_EXCEEDED', {
    message: `A product can have at most ${STOCK_LIMITS.productUnitsMax} units.`,
    metadata: { productId, unitsMax: String(STOCK_LIMITS.productUnitsMax) },
  });

/** The lines of one product exceed the maximum number of units per reservation. */
export const tooManyUnits = (productId: string, quantity: number): DomainError =>
  invalidRequest([
    {
      field: 'lines',
      description: `must request at most ${STOCK_LIMITS.quantityMax} units of a product, not ${quantity} of ${productId}`,
    },
  ]);

/** This instance serves its maximum number of watch streams; another instance may have capacity. */
export const tooManyWatchers = (): DomainError =>
  new DomainError({
    kind: 'exhausted',
    reason: 'TOO_MANY_WATCHERS',
    message: 'Too many clients are watching stock. Try again shortly.',
  });
