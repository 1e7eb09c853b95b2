import { createIndexes, type Migration, setValidator } from '@flashreserve/store';
import { PRODUCT } from './0002-validators';

const text = { bsonType: 'string' };

export const DESCRIBED_PRODUCT = {
  ...PRODUCT,
  properties: {
    ...PRODUCT.properties,
    sku: text,
    metadata: {
      bsonType: 'array',
      maxItems: 20,
      items: {
        bsonType: 'object',
        required: ['key', 'value'],
        properties: { key: text, value: text },
      },
    },
    revision: { bsonType: ['int', 'long', 'double'], minimum: 1, multipleOf: 1 },
  },
};

/** SKUs are unique; products without one are not in the index. */
export const skus: Migration = {
  number: 7,
  name: 'skus',
  up: async (db) => {
    await createIndexes(db, 'products', [
      {
        name: 'sku',
        key: { sku: 1 },
        unique: true,
        partialFilterExpression: { sku: { $gt: '' } },
      },
    ]);
    await setValidator(db, 'products', DESCRIBED_PRODUCT);
  },
};
