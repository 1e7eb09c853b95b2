import { STOCK_LIMITS } from '@flashreserve/contracts';
import {
  type ReserveRequest,
  type ResolveRequest,
  type ReturnReservationRequest,
  ReservationStatus as WireStatus,
} from '@flashreserve/contracts/reservation';
import { canonicalId, metadataMessage, pageFields, shownText, uuid } from '@flashreserve/rpc';
import { z } from 'zod';
import { type ReservationStatus, sumLines } from '../domain/reservation';
import { CUSTOMER_ID_PATTERN } from '../domain/reservation-id';

/** Validates each request and converts it for the use case. */

const { batchEntriesMax, linesMax, quantityMax, settlementIdsMax } = STOCK_LIMITS;

const UUID = z.regexes.uuid();

/** An optional field; protobuf decodes an unset string as the empty string. */
const optional = (pattern: RegExp, message: string) =>
  z
    .string()
    .refine((text) => text === '' || pattern.test(text), message)
    .transform((text) => (text === '' ? undefined : text));

const customerId = optional(
  CUSTOMER_ID_PATTERN,
  'must be 1 to 128 letters, digits or "_", "-", ".", "@", ":", "|"',
).transform((id) => id && canonicalId(id));

const REFERENCE = 'must be 1 to 128 characters';
const externalReference = shownText(z.string().min(1, REFERENCE).max(128, REFERENCE), {
  required: true,
}).optional();

const quantity = z
  .number()
  .int('must be a whole number')
  .min(1, `must be 1 to ${quantityMax}`)
  .max(quantityMax, `must be 1 to ${quantityMax}`);

const SECONDS_MAX = 86_400;

const seconds = z
  .number()
  .int('must be a whole number')
  .min(1, `must be 1 to ${SECONDS_MAX}`)
  .max(SECONDS_MAX, `must be 1 to ${SECONDS_MAX}`);

const linesFrom = (linesMin: 0 | 1) =>
  z
    .array(z.object({ productId: uuid, quantity }))
    .min(linesMin, `must have ${linesMin} to ${linesMax} lines`)
    .max(linesMax, `must have ${linesMin} to ${linesMax} lines`)
    .transform((given, context) => {
      const summed = sumLines(given);
      for (const { productId, quantity } of summed) {
        if (quantity <= quantityMax) continue;
        context.addIssue({
          code: 'custom',
          path: [given.findLastIndex((line) => line.productId === productId), 'quantity'],
          message: `adds up to ${quantity} for this product; must be 1 to ${quantityMax}`,
        });
      }
      return summed;
    });

const idempotencyKey = optional(
  /^[\x21-\x7e]{1,255}$/,
  'must be 1 to 255 visible ASCII characters',
);

/**
 * Version 7 only: an id derived from an idempotency key (version 5) must not be claimed as a
 * request id.
 */
const requestId = optional(z.regexes.uuid7, 'must be a UUID version 7').transform((id) =>
  id?.toLowerCase(),
);

/** The request id is ignored if there is an idempotency key. */
const dropUnusedRequestId = (request: ReserveRequest | ReturnReservationRequest) =>
  request.idempotencyKey === '' ? request : { ...request, requestId: '' };

export const reserveRequest = z.preprocess(
  dropUnusedRequestId,
  z.object({
    customerId,
    lines: linesFrom(1),
    holdSeconds: seconds.optional(),
    idempotencyKey,
    requestId,
    metadata: metadataMessage,
    externalReference,
  }),
);

/** Entries are validated one by one, because each fails on its own. */
const entries = <Entry>() =>
  z
    .array(z.custom<Entry>())
    .min(1, `must have 1 to ${batchEntriesMax} entries`)
    .max(batchEntriesMax, `must have 1 to ${batchEntriesMax} entries`);

export const batchReserveRequest = z.object({ requests: entries<ReserveRequest>() });

export const batchResolveRequest = z.object({ requests: entries<ResolveRequest>() });

/** Of ConfirmReservation, CancelReservation and GetReservation. */
export const oneReservationRequest = z.object({ customerId, reservationId: uuid });

export const extendReservationRequest = z.object({
  customerId,
  reservationId: uuid,
  seconds,
  requestId: optional(UUID, 'must be a UUID').transform((id) => id?.toLowerCase()),
});

const REASON = 'must be 1 to 200 characters';

export const returnReservationRequest = z.preprocess(
  dropUnusedRequestId,
  z.object({
    customerId,
    reservationId: uuid,
    lines: linesFrom(0),
    writeOff: z.boolean(),
    reason: shownText(z.string().trim().min(1, { error: REASON, abort: true }).max(200, REASON), {
      required: true,
    }),
    idempotencyKey,
    requestId,
  }),
);

const STATUS_BY_WIRE = {
  [WireStatus.RESERVATION_STATUS_UNSPECIFIED]: undefined,
  [WireStatus.RESERVATION_STATUS_PENDING]: 'PENDING',
  [WireStatus.RESERVATION_STATUS_CONFIRMED]: 'CONFIRMED',
  [WireStatus.RESERVATION_STATUS_CANCELLED]: 'CANCELLED',
  [WireStatus.RESERVATION_STATUS_EXPIRED]: 'EXPIRED',
  [WireStatus.RESERVATION_STATUS_RETURNED]: 'RETURNED',
} as const satisfies Record<string, ReservationStatus | undefined>;

type KnownStatus = keyof typeof STATUS_BY_WIRE;

export const listReservationsRequest = z.object({
  customerId,
  status: z
    .enum(Object.keys(STATUS_BY_WIRE) as [KnownStatus, ...KnownStatus[]], 'is not a known status')
    .transform((status) => STATUS_BY_WIRE[status]),
  externalReference,
  ...pageFields({ fallback: 20, max: 100 }),
});

export const expireReservationsRequest = z.object({
  reservationIds: z
    .array(uuid)
    .transform((ids) => [...new Set(ids)])
    .refine(
      (ids) => ids.length >= 1 && ids.length <= settlementIdsMax,
      `must have 1 to ${settlementIdsMax} ids`,
    ),
});
