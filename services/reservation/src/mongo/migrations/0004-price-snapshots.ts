import { type Migration, setValidator } from '@flashreserve/store';
import { RESERVATION } from './0002-validators';

const { lines } = RESERVATION.properties;

/** Lines of earlier reservations, and of instances of the version before, have no snapshot. */
export const PRICED_RESERVATION = {
  ...RESERVATION,
  properties: {
    ...RESERVATION.properties,
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

/** Lines of reservations keep what their products were sold as. */
export const priceSnapshots: Migration = {
  number: 4,
  name: 'price-snapshots',
  up: (db) => setValidator(db, 'reservations', PRICED_RESERVATION),
};
