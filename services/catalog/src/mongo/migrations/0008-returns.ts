import { type Migration, setValidator } from '@flashreserve/store';
import { PRICED_HOLD } from './0006-price-snapshots';
import { DESCRIBED_PRODUCT } from './0007-skus';

const units = { bsonType: ['int', 'long', 'double'], minimum: 0, multipleOf: 1 };

/** Products of earlier versions have no `writtenOff`, which is 0. */
const RETURNABLE_PRODUCT = {
  ...DESCRIBED_PRODUCT,
  properties: { ...DESCRIBED_PRODUCT.properties, writtenOff: units },
};

const RETURNED_HOLD = {
  ...PRICED_HOLD,
  properties: {
    ...PRICED_HOLD.properties,
    returns: {
      bsonType: 'array',
      maxItems: 100,
      items: {
        bsonType: 'object',
        required: ['returnId', 'lines', 'writeOff', 'reason', 'createdAt'],
        properties: {
          returnId: { bsonType: 'string' },
          lines: {
            bsonType: 'array',
            minItems: 1,
            items: {
              bsonType: 'object',
              required: ['productId', 'quantity'],
              properties: { productId: { bsonType: 'string' }, quantity: { ...units, minimum: 1 } },
            },
          },
          writeOff: { bsonType: 'bool' },
          reason: { bsonType: 'string' },
          createdAt: { bsonType: 'date' },
        },
      },
    },
  },
};

/** Units of sold holds can come back. No document is rewritten. */
export const returns: Migration = {
  number: 8,
  name: 'returns',
  up: async (db) => {
    await setValidator(db, 'products', RETURNABLE_PRODUCT);
    await setValidator(db, 'holds', RETURNED_HOLD);
  },
};
