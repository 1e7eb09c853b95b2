import type { Reservation as Message } from '@flashreserve/contracts/reservation';
import { canonicalId } from '@flashreserve/rpc';
import { z } from 'zod';
import {
  EXAMPLE_IDS,
  idempotencyKeyHeader,
  instant,
  jsonObject,
  metadata,
  nextPageToken,
  pageSize,
  pageToken,
  text,
  uuid,
  wholeNumber,
} from './common.schemas';
import { productId } from './product.schemas';
import { items, quantity } from './reservation-items.schemas';
import { reservationReturn } from './return.schemas';

/** Ids of users are UUIDs, normalised to lower case; a shop's own ids stay as they are. */
const customerId = z
  .string()
  .regex(/^[\w.@:|-]{1,128}$/, 'must be 1 to 128 letters, digits or "_", "-", ".", "@", ":", "|"')
  .transform(canonicalId);

const actingFor = customerId.optional().meta({
  description:
    'The customer for whom an API client acts: required for API clients, refused for users. 1 to 128 letters, digits or `_`, `-`, `.`, `@`, `:`, `|`.',
});

const holdSeconds = wholeNumber({ min: 1, max: 86_400 }).optional().meta({
  description:
    'How long the units are held, in seconds: 1 to `MAX_HOLD_SECONDS` of the deployment, an hour by default. For API clients only, refused for users.',
});

const externalReference = text({ min: 1, max: 128 }).meta({
  description:
    'Your own reference, for example an order number: 1 to 128 characters. Need not be unique; API clients find reservations by it.',
});

const added = { metadata: metadata.optional(), externalReference: externalReference.optional() };

export const reserveOneBody = jsonObject({
  quantity: quantity.default(1),
  customerId: actingFor,
  ...added,
  holdSeconds,
})
  .meta({ id: 'NewReservationOfOneProduct' })
  .optional();

export const reserveBody = jsonObject({
  items: items.meta({
    description:
      '1 to 20 lines. All of them are held, or none. Lines of the same product are added up, to at most 100 units.',
  }),
  customerId: actingFor,
  ...added,
  holdSeconds,
}).meta({ id: 'NewReservation' });

/** What any reservation may have besides its lines. Undefined if it has nothing of it. */
const addedTerms = (body: z.output<typeof reserveOneBody>) => {
  if (body?.metadata === undefined && body?.externalReference === undefined) return undefined;
  const { metadata: entries, externalReference: reference } = body;
  return {
    ...(entries !== undefined && { metadata: { entries } }),
    ...(reference !== undefined && { externalReference: reference }),
  };
};

/** What a request for one product asks for. Each field is named: a body decides nothing else. */
export const termsOfOne = (forProductId: string, body: z.output<typeof reserveOneBody>) => ({
  lines: [{ productId: forProductId, quantity: body?.quantity ?? 1 }],
  holdSeconds: body?.holdSeconds,
  ...addedTerms(body),
});

/** As `termsOfOne`, for several products. */
export const termsOfSeveral = (body: z.output<typeof reserveBody>) => ({
  lines: body.items,
  holdSeconds: body.holdSeconds,
  ...addedTerms({ quantity: 1, ...body }),
});

export const reservationKeyHeader = idempotencyKeyHeader(
  '1 to 255 visible ASCII characters, chosen before the first attempt. A retry with the same key returns the same reservation, with 200 and `Idempotent-Replayed: true`, even if it has ended in the meantime (`EXPIRED`, `CANCELLED`, `RETURNED`). Reserving again requires a new key. A key is remembered for 7 days by default (`IDEMPOTENCY_DAYS` of the deployment). A later retry returns the same reservation if it is still stored; otherwise it reserves again.',
);

const reservationId = uuid('Id of the reservation.', EXAMPLE_IDS.reservation);
export const reservationPath = z.object({ reservationId });

export const extendBody = jsonObject({
  seconds: wholeNumber({ min: 1, max: 86_400 }).meta({
    description: 'Seconds by which `expiresAt` moves forward, 1 to 86400.',
  }),
}).meta({ id: 'ReservationExtension' });

export const extensionKeyHeader = idempotencyKeyHeader(
  '1 to 255 visible ASCII characters. A retry of one of the last 20 extensions with the same key moves nothing and returns the reservation in its current state. Without a key, every request moves `expiresAt`.',
);

const status = z
  .enum(
    ['PENDING', 'CONFIRMED', 'CANCELLED', 'EXPIRED', 'RETURNED'],
    'must be "PENDING", "CONFIRMED", "CANCELLED", "EXPIRED" or "RETURNED"',
  )
  .meta({
    description:
      'Changes once, from `PENDING` to `CONFIRMED`, `CANCELLED` or `EXPIRED`; `CONFIRMED` becomes `RETURNED` when all units have been returned.',
  });

export const listReservationsQuery = z.strictObject({
  status: status.optional().meta({ description: 'Returns only reservations with this status.' }),
  customerId: customerId.optional().meta({
    description:
      'Whose reservations: required for API clients unless they give `externalReference`, refused for users.',
  }),
  externalReference: externalReference.optional().meta({
    description: 'Returns only reservations with exactly this reference. Refused for users.',
  }),
  pageSize,
  pageToken,
});

const currency = z.string().meta({ description: 'ISO 4217 code.' });

/** Also of reservations from before prices were copied: they lack everything but the units. */
const reservationItem = z
  .object({
    productId,
    quantity: z.int(),
    name: z.string().optional().meta({ description: 'Name of the product.' }),
    sku: z.string().optional().meta({ description: 'SKU of the product, if it had one.' }),
    unitPrice: z.number().optional().meta({ description: 'Price of one unit.' }),
    currency: currency.optional(),
    returnedQuantity: z
      .int()
      .optional()
      .meta({ description: 'How many of the units have been returned, if any.' }),
  })
  .meta({
    id: 'ReservationItem',
    description:
      'Units of one product. `name`, `sku`, `unitPrice` and `currency` are those of the product when the units were taken: later changes of the product do not alter them. They are absent in reservations of versions that did not copy them.',
  });

export const reservation = z
  .object({
    reservationId,
    customerId: z
      .string()
      .optional()
      .meta({ description: 'Whose reservation it is; only for API clients.' }),
    status,
    items: z.array(reservationItem),
    productId: productId
      .optional()
      .meta({ description: 'The product, if there is exactly one line.' }),
    quantity: z
      .int()
      .optional()
      .meta({ description: 'The number of units, if there is exactly one line.' }),
    total: z.number().optional().meta({
      description:
        'Sum of all items at their `unitPrice`, returned units included, exact in the digits of the currency. Absent if they have different currencies or no price.',
    }),
    currency: currency.optional().meta({ description: 'ISO 4217 code of `total`.' }),
    metadata: metadata.optional(),
    externalReference: externalReference.optional(),
    expiresAt: instant(
      'When it expires, unless it is confirmed or cancelled before.',
      '2026-11-22T12:10:00.000Z',
    ),
    createdAt: instant('When it was created.'),
    confirmedAt: instant('When it was confirmed, if it was.').optional(),
    cancelledAt: instant('When it was cancelled, if it was.').optional(),
    expiredAt: instant('When it was marked as expired, if it was.').optional(),
    returnedAt: instant('When its last unit was returned, if it is `RETURNED`.').optional(),
    returns: z.array(reservationReturn).optional().meta({
      description:
        'Its returns, oldest first, at most 100; absent if there are none. Only in responses about one reservation that read it or return units of it: lists have `returnedQuantity` of each item.',
    }),
    graceEndsAt: instant(
      'With a payment grace: when its units go back. From `expiresAt` until then it is `PENDING`, and only API clients can confirm or cancel it.',
    ).optional(),
    replaces: uuid(
      'Of a revived one: the expired reservation that it replaces.',
      EXAMPLE_IDS.reservation,
    ).optional(),
    holdSeconds: z
      .int()
      .optional()
      .meta({ description: 'The hold time that was asked for, if it was.' }),
  })
  .meta({ id: 'Reservation', description: 'A claim to units for a limited time.' });

/** Fields that are alike in the message and here. */
export const sharedFields = ({
  reservationId,
  externalReference: reference,
  replaces,
  holdSeconds,
}: Message) => ({
  reservationId,
  ...(reference !== undefined && { externalReference: reference }),
  ...(replaces !== undefined && { replaces }),
  ...(holdSeconds !== undefined && { holdSeconds }),
});

export const reservationPage = z
  .object({ items: z.array(reservation), nextPageToken })
  .meta({ id: 'ReservationPage' });

export const EXAMPLE_RESERVATION = {
  reservationId: EXAMPLE_IDS.reservation,
  status: 'PENDING',
  items: [
    {
      productId: EXAMPLE_IDS.product,
      quantity: 1,
      name: 'Midnight sneaker',
      unitPrice: 149.99,
      currency: 'USD',
    },
  ],
  productId: EXAMPLE_IDS.product,
  quantity: 1,
  total: 149.99,
  currency: 'USD',
  expiresAt: '2026-11-22T12:10:00.000Z',
  createdAt: '2026-11-22T12:00:00.000Z',
} as const;
