import { deriveId, newId } from '@flashreserve/ops';

/** Never changed: the same customer and key must give the same id on every instance and release, for ever. */
const NAMESPACE = '5b1f4a0e-7c39-4d0b-9a55-2f6f8d1c3e72';

/** Customer ids have no ":" (the colon below must split a name in one way only). */
export const CUSTOMER_ID_PATTERN = /^[\w.@-]{1,128}$/;

/**
 * The id of the reservation that a request asks for. With an idempotency key it is derived from customer and
 * key, so that a repeat meets the first try by its id alone; else it is the request id, or a new one.
 */
export const reservationIdFor = (request: {
  readonly customerId: string;
  readonly idempotencyKey?: string | undefined;
  readonly requestId?: string | undefined;
}): string => {
  const { customerId, idempotencyKey, requestId } = request;
  if (idempotencyKey !== undefined) return deriveId(NAMESPACE, `${customerId}:${idempotencyKey}`);
  return requestId ?? newId();
};
