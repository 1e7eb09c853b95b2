import { STOCK_LIMITS } from '@flashreserve/contracts';
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
  description: 'Units, 1 to 100.',
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
        'All lines are held, or none. Lines of the same product are summed; the sum is at most 100.',
    }),
}).meta({ id: 'NewReservation' });

export const reservationKeyHeader = idempotencyKeyHeader(
  '1 to 255 visible ASCII characters, chosen before the first try. A repeat with the same key gets the same reservation, with 200 and `Idempotent-Replayed: true`, also when it has ended since (`EXPIRED`, `CANCELLED`); reserving again takes a new key.',
);

const reservationId = uuid('Id of the reservation.', EXAMPLE_IDS.reservation);
export const reservationPath = z.object({ reservationId });

const status = z
  .enum(
    ['PENDING', 'CONFIRMED', 'CANCELLED', 'EXPIRED'],
    'must be "PENDING", "CONFIRMED", "CANCELLED" or "EXPIRED"',
  )
  .meta({ description: '`PENDING` becomes one of the other three, once.' });

export const listReservationsQuery = z.strictObject({
  status: status.optional().meta({ description: 'Only reservations in this state.' }),
  pageSize,
  pageToken,
});

export const reservation = z
  .object({
    reservationId,
    status,
    items: z.array(z.object({ productId, quantity: z.int() })),
    productId: productId.optional().meta({ description: 'The product, when there is one line.' }),
    quantity: z.int().optional().meta({ description: 'The units, when there is one line.' }),
    expiresAt: instant(
      'When it expires unless it is confirmed before.',
      '2026-11-22T12:10:00.000Z',
    ),
    createdAt: instant('When it was made.'),
    confirmedAt: instant('When it was confirmed, if it was.').optional(),
    cancelledAt: instant('When it was cancelled, if it was.').optional(),
    expiredAt: instant('When it was found expired, if it was.').optional(),
  })
  .meta({ id: 'Reservation', description: 'A claim on units for a limited time.' });

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
