import { type ClientSession, type Db, MongoClient } from 'mongodb';
import { v7 } from 'uuid';
import type { LoadOutcome } from '../load/load-plan';
import { repeat } from './repeat';

/** Transactions on the store, one after the other. */
export interface TransactionPlan {
  readonly kind: 'transactions';
  readonly mongoUri: string;
  /** A database of its own, which is dropped afterwards. */
  readonly database: string;
  /** Documents that each transaction inserts. */
  readonly holds: number;
  readonly seconds: number;
}

interface Product {
  readonly _id: string;
  readonly available: number;
  readonly held: number;
}

interface Hold {
  readonly _id: string;
  readonly customerId: string;
  readonly lines: readonly { readonly productId: string; readonly quantity: number }[];
  readonly state: 'HELD';
  readonly expireTime: Date;
  readonly createdAt: Date;
}

const STOCK = 1_000_000_000;

const makeHold = (productId: string): Hold => {
  const now = new Date();
  return {
    _id: v7(),
    customerId: v7(),
    lines: [{ productId, quantity: 1 }],
    state: 'HELD',
    expireTime: now,
    createdAt: now,
  };
};

/** The durability of catalog's transactions. */
const OPTIONS = {
  readConcern: { level: 'snapshot' },
  writeConcern: { w: 'majority', journal: true },
} as const;

/**
 * Commits what a batch of takes must: a conditional update of the product, and an insert of the
 * holds. There is no index but that of `_id`, and no validator.
 */
export const writeTransactions = async (
  plan: TransactionPlan,
  /** Sees the database before it is dropped. */
  atEnd: (db: Db) => Promise<void> = async () => undefined,
): Promise<LoadOutcome> => {
  const client = await new MongoClient(plan.mongoUri).connect();
  const db = client.db(plan.database);
  const [products, holds] = [db.collection<Product>('products'), db.collection<Hold>('holds')];
  const take = async (productId: string, session: ClientSession): Promise<void> => {
    session.startTransaction(OPTIONS);
    await products.updateOne(
      { _id: productId, available: { $gte: plan.holds } },
      { $inc: { available: -plan.holds, held: plan.holds } },
      { session },
    );
    const made = Array.from({ length: plan.holds }, () => makeHold(productId));
    await holds.insertMany(made, { session });
    await session.commitTransaction();
  };
  try {
    const productId = v7();
    await db.createCollection('holds');
    await products.insertOne({ _id: productId, available: STOCK, held: 0 });
    const { seconds } = plan;
    const outcome = await repeat({ seconds, inFlight: 1 }, () =>
      client.withSession((session) => take(productId, session)),
    );
    await atEnd(db);
    return outcome;
  } finally {
    await db.dropDatabase();
    await client.close();
  }
};
