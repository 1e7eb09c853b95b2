import { MongoClient } from 'mongodb';

interface Product {
  readonly _id: string;
  readonly available: number;
  readonly initialStock: number;
}

/** Recomputes the baseline's stock from its reservations. */
export const auditBaseline = async (
  mongoUri: string,
  database: string,
): Promise<readonly string[]> => {
  const client = await new MongoClient(mongoUri).connect();
  try {
    const db = client.db(database);
    const taken = await db
      .collection('reservations')
      .aggregate<{ readonly _id: string; readonly units: number }>([
        { $match: { status: { $in: ['PENDING', 'CONFIRMED'] } } },
        { $group: { _id: '$productId', units: { $sum: '$quantity' } } },
      ])
      .toArray();
    const unitsOf = new Map(taken.map(({ _id, units }) => [_id, units]));
    const products = await db.collection<Product>('products').find().toArray();
    return products.flatMap(({ _id, available, initialStock }) => {
      const units = unitsOf.get(_id) ?? 0;
      if (available >= 0 && available + units === initialStock) return [];
      return [`${_id}: available is ${available}, taken ${units}, stocked ${initialStock}`];
    });
  } finally {
    await client.close();
  }
};
