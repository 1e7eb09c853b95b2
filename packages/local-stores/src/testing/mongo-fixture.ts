import { randomUUID } from 'node:crypto';
import { type Db, MongoClient, type MongoClientOptions } from 'mongodb';
import { startLocalMongo } from '../mongo/start-local-mongo';
import type { Environment } from '../processes/environment';
import type { LocalStore } from '../store/local-store';

/** A store with a fresh database, and a client as the services use it. */
export interface MongoFixture {
  readonly store: LocalStore;
  readonly client: MongoClient;
  readonly db: Db;
  close(): Promise<void>;
}

/** The services' settings: every acknowledged write is on the majority's disk. */
export const SERVICE_OPTIONS: MongoClientOptions = {
  retryWrites: true,
  readConcern: { level: 'majority' },
  writeConcern: { w: 'majority', journal: true },
};

/** Starts a store, or takes the one that `MONGO_URI` of this environment names. */
export async function openMongoFixture(
  env: Environment,
  options: MongoClientOptions = {},
): Promise<MongoFixture> {
  const store = await startLocalMongo({ env, log: () => undefined });
  const client = new MongoClient(store.uri, { ...SERVICE_OPTIONS, ...options });
  const db = client.db(`local_stores_${randomUUID().slice(0, 8)}`);
  return {
    store,
    client,
    db,
    async close() {
      await db.dropDatabase();
      await client.close();
      await store.stop();
    },
  };
}
