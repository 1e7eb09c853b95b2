import { type Migration, setValidator } from '@flashreserve/store';

/** The driver writes whole numbers as `int`, and as `double` or `long` where they are large. */
const WHOLE = { bsonType: ['int', 'long', 'double'], multipleOf: 1 };
const atLeast = (minimum: number) => ({ ...WHOLE, minimum });

export const PRODUCT = {
  bsonType: 'object',
  required: ['available', 'held', 'sold', 'initialStock'],
  properties: {
    available: atLeast(0),
    // No minimum. A transaction that settles a hold moves the units first; when the hold turns out
    // to be settled already it aborts, and until then the counter may be below zero.
    held: WHOLE,
    sold: atLeast(0),
    initialStock: atLeast(0),
  },
};

export const HOLD = {
  bsonType: 'object',
  required: ['customerId', 'lines', 'state', 'expireTime', 'createdAt'],
  properties: {
    customerId: { bsonType: 'string' },
    lines: {
      bsonType: 'array',
      items: {
        bsonType: 'object',
        required: ['productId', 'quantity'],
        properties: { productId: { bsonType: 'string' }, quantity: atLeast(1) },
      },
    },
    state: { enum: ['HELD', 'SOLD', 'RELEASED'] },
    expireTime: { bsonType: 'date' },
    createdAt: { bsonType: 'date' },
    reservationExpireTime: { bsonType: 'date' },
    settledAt: { bsonType: 'date' },
  },
};

/** The last line of defence for documents that are written past Mongoose (`driverCollection`). */
export const validators: Migration = {
  number: 2,
  name: 'validators',
  up: async (db) => {
    await setValidator(db, 'products', PRODUCT);
    await setValidator(db, 'holds', HOLD);
  },
};
