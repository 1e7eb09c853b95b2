import type { MongoClient } from 'mongodb';
import { v7 } from 'uuid';
import { enqueueExpiry } from './enqueue-expiry';
import type { Site } from './system';

const BATCH = 5_000;

/**
 * Writes holds, their reservations and their expiry jobs as the services would have, all due at the
 * same moment, and returns the id of their product. Reserving them one by one would take longer
 * than they may be apart.
 */
export const plantHolds = async (
  site: Site,
  client: MongoClient,
  options: { readonly prefix: string; readonly count: number; readonly dueAt: Date },
): Promise<string> => {
  const { prefix, count, dueAt } = options;
  const catalog = client.db(`${prefix}_catalog`);
  const holds = catalog.collection<{ _id: string }>('holds');
  const reservations = client
    .db(`${prefix}_reservation`)
    .collection<{ _id: string }>('reservations');
  const productId = v7();
  const now = new Date();
  const product = {
    _id: productId,
    name: 'Held product',
    description: '',
    priceMinorUnits: 7_950,
    currencyCode: 'USD',
    available: 0,
    held: count,
    sold: 0,
    initialStock: count,
    createdAt: now,
    updatedAt: now,
  };
  await catalog.collection<{ _id: string }>('products').insertOne(product);
  for (let written = 0; written < count; written += BATCH) {
    const length = Math.min(BATCH, count - written);
    const claims = Array.from({ length }, () => ({
      _id: v7(),
      customerId: v7(),
      lines: [{ productId, quantity: 1 }],
      createdAt: now,
    }));
    await Promise.all([
      holds.insertMany(claims.map((claim) => ({ ...claim, state: 'HELD', expireTime: dueAt }))),
      reservations.insertMany(
        claims.map((claim) => ({ ...claim, status: 'PENDING', expiresAt: dueAt })),
      ),
      enqueueExpiry(
        site,
        prefix,
        claims.map(({ _id }) => _id),
        dueAt,
      ),
    ]);
  }
  return productId;
};
