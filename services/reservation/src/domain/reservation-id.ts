import { deriveId, newId } from '@flashreserve/ops';

/**
 * Must never change: every instance and release must derive the same id from the same customer and
 * key.
 */
const NAMESPACE = '5b1f4a0e-7c39-4d0b-9a55-2f6f8d1c3e72';

/** Another one, so that no customer and key result in the id of a revival. */
const REVIVAL_NAMESPACE = 'c0f1b7d4-52a8-4e6b-8f0e-3a9d6c27e815';

/** Of returns; their ids are unique in their reservation only. */
const RETURN_NAMESPACE = '8d3c6e21-94b7-4f0a-b1c5-7e20a9d4f368';

export const CUSTOMER_ID_PATTERN = /^[\w.@:|-]{1,128}$/;

/** Without ":", so that the separator below is unambiguous. No id contains "%". */
const escapeColons = (customerId: string): string => customerId.replaceAll(':', '%3A');

/**
 * The id of the reservation that a request creates. With an idempotency key it is derived from
 * customer and key, so that a retry finds the first attempt by id alone; otherwise it is the
 * request id, or a new id.
 */
export const reservationIdFor = (request: {
  readonly customerId: string;
  readonly idempotencyKey?: string | undefined;
  readonly requestId?: string | undefined;
}): string => {
  const { customerId, idempotencyKey, requestId } = request;
  if (idempotencyKey !== undefined)
    return deriveId(NAMESPACE, `${escapeColons(customerId)}:${idempotencyKey}`);
  return requestId ?? newId();
};

/**
 * The id of the return that a request makes. With an idempotency key it is derived from reservation
 * and key; otherwise it is the request id, or a new id.
 */
export const returnIdFor = (request: {
  readonly reservationId: string;
  readonly idempotencyKey?: string | undefined;
  readonly requestId?: string | undefined;
}): string => {
  const { reservationId, idempotencyKey, requestId } = request;
  if (idempotencyKey !== undefined) {
    return deriveId(RETURN_NAMESPACE, `${reservationId}:${idempotencyKey}`);
  }
  return requestId ?? newId();
};

/** The id of the only reservation that can replace this expired one. */
export const revivalIdOf = (reservationId: string): string =>
  deriveId(REVIVAL_NAMESPACE, reservationId);
