import { randomUUID } from 'node:crypto';
import { type Db, MongoClient, type MongoClientOptions } from 'mongodb';
import { startLocalMongo } from '../mongo/start-local-mongo';
import type { Environment } from '../processes/environment';
import type { LocalStore } from '../store/local-store';

/** A store with a new database, and a client with the services' settings. */
export interface MongoFixture {
  readonly store: LocalStore;
  readonly client: MongoClient;
  readonly db: Db;
  close(): Promise<void>;
}

/** The services' settings: an acknowledged write is on disk on a majority of members. */
export const SERVICE_OPTIONS: MongoClientOptions = {
  retryWrites: true,
  readConcern: { level: 'majority' },
  writeConcern: { w: 'majority', journal: true },
};

/** Starts a store, or uses the one at `MONGO_URI`. */
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
