import { type Migration, setValidator } from '@flashreserve/store';

const date = { bsonType: 'date' };

/** A tombstone has neither customer nor lines. */
export const RESERVATION = {
  bsonType: 'object',
  required: ['status', 'expiresAt', 'createdAt'],
  properties: {
    customerId: { bsonType: 'string' },
    status: { enum: ['PENDING', 'CONFIRMED', 'CANCELLED', 'EXPIRED'] },
    lines: {
      bsonType: 'array',
      items: {
        bsonType: 'object',
        required: ['productId', 'quantity'],
        properties: {
          productId: { bsonType: 'string' },
          // The driver writes whole numbers as `int`, and as `double` or `long` where they are
          // large.
          quantity: { bsonType: ['int', 'long', 'double'], minimum: 1, multipleOf: 1 },
        },
      },
    },
    expiresAt: date,
    createdAt: date,
    confirmedAt: date,
    cancelledAt: date,
    expiredAt: date,
    tombstone: { bsonType: 'bool' },
  },
};

/** The last line of defence for documents that are written past Mongoose (`driverCollection`). */
export const validators: Migration = {
  number: 2,
  name: 'validators',
  up: (db) => setValidator(db, 'reservations', RESERVATION),
};
