import { type Migration, setValidator } from '@flashreserve/store';
import { HOLD } from './0002-validators';

const { lines } = HOLD.properties;

/** Lines of earlier holds, and of instances of the version before, have no snapshot. */
export const PRICED_HOLD = {
  ...HOLD,
  properties: {
    ...HOLD.properties,
    lines: {
      ...lines,
      items: {
        ...lines.items,
        properties: {
          ...lines.items.properties,
          snapshot: {
            bsonType: 'object',
            required: ['unitPrice', 'name'],
            properties: {
              unitPrice: {
                bsonType: 'object',
                required: ['minorUnits', 'currencyCode'],
                properties: {
                  minorUnits: {
                    bsonType: ['int', 'long', 'double'],
                    minimum: 0,
                    multipleOf: 1,
                  },
                  currencyCode: { bsonType: 'string' },
                },
              },
              name: { bsonType: 'string' },
              sku: { bsonType: 'string' },
            },
          },
        },
      },
    },
  },
};

/** Lines of holds keep what their products were sold as. */
export const priceSnapshots: Migration = {
  number: 6,
  name: 'price-snapshots',
  up: (db) => setValidator(db, 'holds', PRICED_HOLD),
};
