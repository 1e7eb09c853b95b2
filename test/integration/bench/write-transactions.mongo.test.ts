import { mongo } from 'mongoose';
import { DONE } from '../../bench/floor/repeat';
import { writeTransactions } from '../../bench/floor/write-transactions';
import { testStores, uniquePrefix } from '../../support/stores';

// Goal: the floor of a transaction is that of one which takes units as catalog does.

describe('the transactions of the floor measurement', () => {
  it('each takes its units and inserts as many holds, and nothing is left of them', async () => {
    const mongoUri = testStores().calmMongoUri;
    const database = `${uniquePrefix()}_floor`;
    const seen: string[] = [];

    const outcome = await writeTransactions(
      { kind: 'transactions', ...{ mongoUri, database, holds: 3 }, seconds: 0.5 },
      async (db) => {
        const product = await db.collection('products').findOne();
        seen.push(`${String(product?.['held'])} held`);
        seen.push(`${await db.collection('holds').countDocuments()} holds`);
      },
    );

    expect(outcome.errors).toBe(0);
    const transactions = outcome.answers[DONE] ?? 0;
    expect(transactions).toBeGreaterThan(0);
    expect(seen).toEqual([`${3 * transactions} held`, `${3 * transactions} holds`]);
    const client = await new mongo.MongoClient(mongoUri).connect();
    const { databases } = await client.db().admin().listDatabases();
    await client.close();
    expect(databases.map(({ name }) => name)).not.toContain(database);
  });
});
