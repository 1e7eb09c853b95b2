import { STOCK_LIMITS } from '@flashreserve/contracts';
import type { Reservation as Message } from '@flashreserve/contracts/reservation';
import { z } from 'zod';
import {
  EXAMPLE_IDS,
  idempotencyKeyHeader,
  instant,
  jsonObject,
  nextPageToken,
  pageSize,
  pageToken,
  uuid,
  wholeNumber,
} from './common.schemas';
import { productId } from './product.schemas';

const quantity = wholeNumber({ min: 1, max: STOCK_LIMITS.quantityMax }).meta({
  description: 'Number of units, 1 to 100.',
});

export const reserveOneBody = jsonObject({ quantity: quantity.default(1) })
  .meta({ id: 'NewReservationOfOneProduct' })
  .optional();

const LINES_MESSAGE = `must be a list of 1 to ${STOCK_LIMITS.linesMax} lines`;

export const reserveBody = jsonObject({
  items: z
    .array(jsonObject({ productId, quantity }), LINES_MESSAGE)
    .min(1, LINES_MESSAGE)
    .max(STOCK_LIMITS.linesMax, LINES_MESSAGE)
    .meta({
      description:
        '1 to 20 lines. All of them are held, or none. Lines of the same product are added up, to at most 100 units.',
    }),
}).meta({ id: 'NewReservation' });

/** What a request for one product asks for. Each field is named: a body decides nothing else. */
export const termsOfOne = (forProductId: string, body: z.output<typeof reserveOneBody>) => ({
  lines: [{ productId: forProductId, quantity: body?.quantity ?? 1 }],
});

/** As `termsOfOne`, for several products. */
export const termsOfSeveral = ({ items }: z.output<typeof reserveBody>) => ({ lines: items });

export const reservationKeyHeader = idempotencyKeyHeader(
  '1 to 255 visible ASCII characters, chosen before the first attempt. A retry with the same key returns the same reservation, with 200 and `Idempotent-Replayed: true`, even if it has ended in the meantime (`EXPIRED`, `CANCELLED`). Reserving again requires a new key. A key is remembered for 7 days by default (`IDEMPOTENCY_DAYS` of the deployment). A later retry returns the same reservation if it is still stored; otherwise it reserves again.',
);

const reservationId = uuid('Id of the reservation.', EXAMPLE_IDS.reservation);
export const reservationPath = z.object({ reservationId });

const status = z
  .enum(
    ['PENDING', 'CONFIRMED', 'CANCELLED', 'EXPIRED'],
    'must be "PENDING", "CONFIRMED", "CANCELLED" or "EXPIRED"',
  )
  .meta({ description: 'Changes once, from `PENDING` to one of the other three.' });

export const listReservationsQuery = z.strictObject({
  status: status.optional().meta({ description: 'Returns only reservations with this status.' }),
  pageSize,
  pageToken,
});

export const reservation = z
  .object({
    reservationId,
    status,
    items: z.array(z.object({ productId, quantity: z.int() })),
    productId: productId
      .optional()
      .meta({ description: 'The product, if there is exactly one line.' }),
    quantity: z
      .int()
      .optional()
      .meta({ description: 'The number of units, if there is exactly one line.' }),
    expiresAt: instant(
      'When it expires, unless it is confirmed or cancelled before.',
      '2026-11-22T12:10:00.000Z',
    ),
    createdAt: instant('When it was created.'),
    confirmedAt: instant('When it was confirmed, if it was.').optional(),
    cancelledAt: instant('When it was cancelled, if it was.').optional(),
    expiredAt: instant('When it was marked as expired, if it was.').optional(),
  })
  .meta({ id: 'Reservation', description: 'A claim to units for a limited time.' });

/** Fields that are alike in the message and here. */
export const sharedFields = ({ reservationId }: Message) => ({ reservationId });

export const reservationPage = z
  .object({ items: z.array(reservation), nextPageToken })
  .meta({ id: 'ReservationPage' });

export const EXAMPLE_RESERVATION = {
  reservationId: EXAMPLE_IDS.reservation,
  status: 'PENDING',
  items: [{ productId: EXAMPLE_IDS.product, quantity: 1 }],
  productId: EXAMPLE_IDS.product,
  quantity: 1,
  expiresAt: '2026-11-22T12:10:00.000Z',
  createdAt: '2026-11-22T12:00:00.000Z',
} as const;
