import { z } from 'zod';
import {
  EXAMPLE_IDS,
  idempotencyKeyHeader,
  instant,
  jsonObject,
  text,
  uuid,
} from './common.schemas';
import { productId } from './product.schemas';
import { items } from './reservation-items.schemas';

const RESTOCK = 'Whether the units go on sale again. `false` writes them off';

export const returnBody = jsonObject({
  items: items.optional().meta({
    description:
      'The units to return, 1 to 20 lines. Lines of the same product are added up, to at most 100 units. By default all units that are left.',
  }),
  restock: z
    .boolean('must be true or false')
    .default(true)
    .meta({ description: `${RESTOCK}, for example because they are broken.` }),
  reason: text({ min: 1, max: 200 }).meta({
    description: 'Why, in your own words: 1 to 200 characters. The customer can read it.',
  }),
}).meta({ id: 'NewReservationReturn' });

export const returnKeyHeader = idempotencyKeyHeader(
  '1 to 255 visible ASCII characters, chosen before the first attempt. A retry with the same key and body returns nothing more, and gets the reservation in its current state with `Idempotent-Replayed: true`. A key counts for one reservation and does not expire before it. Without a key, every request is another return.',
);

/** What the reservation says of one return. */
export const reservationReturn = z
  .object({
    returnId: uuid('Id of the return.', EXAMPLE_IDS.return),
    items: z.array(z.object({ productId, quantity: z.int() })),
    restock: z.boolean().meta({ description: `${RESTOCK}.` }),
    reason: z.string(),
    createdAt: instant('When the return was made.'),
  })
  .meta({ id: 'ReservationReturn', description: 'Units that were returned by one request.' });

export const EXAMPLE_RETURN = {
  returnId: EXAMPLE_IDS.return,
  items: [{ productId: EXAMPLE_IDS.product, quantity: 1 }],
  restock: true,
  reason: 'Sent back',
  createdAt: '2026-11-24T09:30:00.000Z',
} as const;
