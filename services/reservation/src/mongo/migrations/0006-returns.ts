import { createIndexes, type Migration, setValidator } from '@flashreserve/store';
import { REFERENCED_RESERVATION } from './0005-external-references';

const date = { bsonType: 'date' };
const text = { bsonType: 'string' };

const RETURNABLE_RESERVATION = {
  ...REFERENCED_RESERVATION,
  properties: {
    ...REFERENCED_RESERVATION.properties,
    status: { enum: ['PENDING', 'CONFIRMED', 'CANCELLED', 'EXPIRED', 'RETURNED'] },
    returnedAt: date,
    returnsPending: { enum: [true] },
    returns: {
      bsonType: 'array',
      maxItems: 100,
      items: {
        bsonType: 'object',
        required: ['returnId', 'lines', 'writeOff', 'reason', 'createdAt'],
        properties: {
          returnId: text,
          lines: {
            bsonType: 'array',
            minItems: 1,
            items: {
              bsonType: 'object',
              required: ['productId', 'quantity'],
              properties: {
                productId: text,
                quantity: { bsonType: ['int', 'long', 'double'], minimum: 1, multipleOf: 1 },
              },
            },
          },
          writeOff: { bsonType: 'bool' },
          reason: text,
          isAll: { enum: [true] },
          createdAt: date,
        },
      },
    },
  },
};

/**
 * Confirmed reservations can be returned. A reservation is in the index only while catalog may not
 * know of all its returns; the others cost it nothing.
 */
export const returns: Migration = {
  number: 6,
  name: 'returns',
  up: async (db) => {
    await createIndexes(db, 'reservations', [
      {
        name: 'returns-pending',
        key: { returnsPending: 1, _id: 1 },
        partialFilterExpression: { returnsPending: true },
      },
    ]);
    await setValidator(db, 'reservations', RETURNABLE_RESERVATION);
  },
};
