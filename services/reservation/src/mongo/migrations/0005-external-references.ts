import { createIndexes, type Migration, setValidator } from '@flashreserve/store';
import { PRICED_RESERVATION } from './0004-price-snapshots';

const text = { bsonType: 'string' };

export const REFERENCED_RESERVATION = {
  ...PRICED_RESERVATION,
  properties: {
    ...PRICED_RESERVATION.properties,
    externalReference: text,
    metadata: {
      bsonType: 'array',
      maxItems: 20,
      items: {
        bsonType: 'object',
        required: ['key', 'value'],
        properties: { key: text, value: text },
      },
    },
  },
};

/** Reservations without a reference are not in the index and cost it nothing. */
export const externalReferences: Migration = {
  number: 5,
  name: 'external-references',
  up: async (db) => {
    await createIndexes(db, 'reservations', [
      {
        name: 'externalReference',
        key: { externalReference: 1, createdAt: -1, _id: -1 },
        partialFilterExpression: { externalReference: { $gt: '' } },
      },
    ]);
    await setValidator(db, 'reservations', REFERENCED_RESERVATION);
  },
};
