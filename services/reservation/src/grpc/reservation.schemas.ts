import { STOCK_LIMITS } from '@flashreserve/contracts';
import {
  type BatchReserveRequest,
  type ExpireReservationsRequest,
  type ListReservationsRequest,
  type ReserveRequest,
  ReservationStatus as WireStatus,
} from '@flashreserve/contracts/reservation';
import { canonicalId, parseMessage, uuid } from '@flashreserve/rpc';
import { z } from 'zod';
import { type ReservationStatus, sumLines } from '../domain/reservation';
import { CUSTOMER_ID_PATTERN } from '../domain/reservation-id';

const PAGE_SIZE_DEFAULT = 20;
const PAGE_SIZE_MAX = 100;
const { batchEntriesMax, linesMax, quantityMax, settlementIdsMax } = STOCK_LIMITS;

/** An optional field; protobuf decodes an unset string as the empty string. */
const optional = (pattern: RegExp, message: string) =>
  z
    .string()
    .refine((text) => text === '' || pattern.test(text), message)
    .transform((text) => (text === '' ? undefined : text));

const customerId = optional(
  CUSTOMER_ID_PATTERN,
  'must be 1 to 128 letters, digits or "_", "-", ".", "@"',
).transform((id) => id && canonicalId(id));

const quantity = z
  .number()
  .int('must be a whole number')
  .min(1, `must be 1 to ${quantityMax}`)
  .max(quantityMax, `must be 1 to ${quantityMax}`);

const lines = z
  .array(z.object({ product_id: uuid, quantity }))
  .min(1, `must have 1 to ${linesMax} lines`)
  .max(linesMax, `must have 1 to ${linesMax} lines`)
  .transform((given) =>
    given.map(({ product_id: productId, quantity }) => ({ productId, quantity })),
  )
  .superRefine((given, context) => {
    for (const { productId, quantity } of sumLines(given)) {
      if (quantity <= quantityMax) continue;
      context.addIssue({
        code: 'custom',
        path: [given.findLastIndex((line) => line.productId === productId), 'quantity'],
        message: `adds up to ${quantity} for this product; must be 1 to ${quantityMax}`,
      });
    }
  })
  .transform(sumLines);

const reserveSchema = z.object({
  customer_id: customerId,
  lines,
  idempotency_key: optional(/^[\x21-\x7e]{1,255}$/, 'must be 1 to 255 visible ASCII characters'),
  // Version 7 only: an id derived from an idempotency key (version 5) must not be claimed as a
  // request id.
  request_id: optional(z.regexes.uuid7, 'must be a UUID version 7').transform((id) =>
    id?.toLowerCase(),
  ),
});

export const parseReserve = (request: ReserveRequest) =>
  parseMessage(reserveSchema, {
    customer_id: request.customerId,
    lines: request.lines.map(({ productId, quantity }) => ({ product_id: productId, quantity })),
    idempotency_key: request.idempotencyKey,
    // The request id is ignored if there is an idempotency key.
    request_id: request.idempotencyKey === '' ? request.requestId : '',
  });

/** Entries are validated one by one, because each fails on its own. */
const batchReserveSchema = z.object({
  requests: z
    .array(z.custom<ReserveRequest>())
    .min(1, `must have 1 to ${batchEntriesMax} entries`)
    .max(batchEntriesMax, `must have 1 to ${batchEntriesMax} entries`),
});

export const parseBatchReserve = (request: BatchReserveRequest) =>
  parseMessage(batchReserveSchema, request);

const oneReservationSchema = z.object({ customer_id: customerId, reservation_id: uuid });

export const parseOneReservation = (request: {
  readonly customerId: string;
  readonly reservationId: string;
}) =>
  parseMessage(oneReservationSchema, {
    customer_id: request.customerId,
    reservation_id: request.reservationId,
  });

const STATUS_BY_WIRE = {
  [WireStatus.RESERVATION_STATUS_UNSPECIFIED]: undefined,
  [WireStatus.RESERVATION_STATUS_PENDING]: 'PENDING',
  [WireStatus.RESERVATION_STATUS_CONFIRMED]: 'CONFIRMED',
  [WireStatus.RESERVATION_STATUS_CANCELLED]: 'CANCELLED',
  [WireStatus.RESERVATION_STATUS_EXPIRED]: 'EXPIRED',
} as const satisfies Record<string, ReservationStatus | undefined>;

type KnownStatus = keyof typeof STATUS_BY_WIRE;

const listSchema = z.object({
  customer_id: customerId,
  status: z
    .enum(Object.keys(STATUS_BY_WIRE) as [KnownStatus, ...KnownStatus[]], 'is not a known status')
    .transform((status) => STATUS_BY_WIRE[status]),
  page_size: z
    .number()
    .int()
    .min(0, 'must not be negative')
    .transform((size) => (size === 0 ? PAGE_SIZE_DEFAULT : Math.min(size, PAGE_SIZE_MAX))),
});

export const parseList = (request: ListReservationsRequest) =>
  parseMessage(listSchema, {
    customer_id: request.customerId,
    status: request.status,
    page_size: request.pageSize,
  });

const expireSchema = z.object({
  reservation_ids: z
    .array(uuid)
    .transform((ids) => [...new Set(ids)])
    .refine(
      (ids) => ids.length >= 1 && ids.length <= settlementIdsMax,
      `must have 1 to ${settlementIdsMax} ids`,
    ),
});

export const parseExpire = (request: ExpireReservationsRequest) =>
  parseMessage(expireSchema, { reservation_ids: request.reservationIds });
