import { MongoClient } from 'mongodb';
import { v7 } from 'uuid';

const BATCH = 5_000;

interface Identified {
  readonly _id: string;
}

const insertBatches = async <Document extends Identified>(
  mongoUri: string,
  database: string,
  count: number,
  make: (index: number) => Document,
): Promise<readonly string[]> => {
  const client = await new MongoClient(mongoUri).connect();
  try {
    const collection = client.db(database).collection<Identified>('products');
    const ids: string[] = [];
    while (ids.length < count) {
      const size = Math.min(BATCH, count - ids.length);
      const batch = Array.from({ length: size }, (_, index) => make(ids.length + index));
      await collection.insertMany(batch);
      ids.push(...batch.map(({ _id }) => _id));
    }
    return ids;
  } finally {
    await client.close();
  }
};

/** Products as catalog stores them (services/catalog/src/mongo/product.model.ts). */
export const insertCatalogProducts = (
  mongoUri: string,
  prefix: string,
  count: number,
  stock: number,
): Promise<readonly string[]> =>
  insertBatches(mongoUri, `${prefix}_catalog`, count, (index) => {
    const now = new Date();
    return {
      _id: v7(),
      name: `Benchmark product ${index}`,
      description: '',
      priceMinorUnits: 7_950,
      currencyCode: 'USD',
      available: stock,
      held: 0,
      sold: 0,
      initialStock: stock,
      createdAt: now,
      updatedAt: now,
    };
  });

/** Products as the baseline stores them. */
export const insertBaselineProducts = (
  mongoUri: string,
  database: string,
  count: number,
  stock: number,
): Promise<readonly string[]> =>
  insertBatches(mongoUri, database, count, (index) => {
    const now = new Date();
    return {
      _id: v7(),
      name: `Benchmark product ${index}`,
      description: '',
      price: 79.5,
      currency: 'USD',
      available: stock,
      initialStock: stock,
      createdAt: now,
      updatedAt: now,
    };
  });
