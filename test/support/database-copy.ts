import { type Document, MongoClient } from 'mongodb';

/** A snapshot of a database, like a backup. */
export type DatabaseCopy = ReadonlyMap<string, readonly Document[]>;

export interface Databases {
  readonly copy: (name: string) => Promise<DatabaseCopy>;
  /** Restores the database to the snapshot; indexes are kept. */
  readonly restore: (name: string, copy: DatabaseCopy) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Backs up and restores single databases of a stack that is not writing. */
export const openDatabases = async (mongoUri: string, prefix: string): Promise<Databases> => {
  const client = await new MongoClient(mongoUri).connect();
  const open = (name: string) => client.db(`${prefix}_${name}`);
  return {
    copy: async (name) => {
      const copy = new Map<string, readonly Document[]>();
      for (const { collectionName } of await open(name).collections())
        copy.set(collectionName, await open(name).collection(collectionName).find().toArray());
      return copy;
    },
    restore: async (name, copy) => {
      for (const collection of await open(name).collections()) {
        const documents = copy.get(collection.collectionName) ?? [];
        await collection.deleteMany({});
        if (documents.length > 0) await collection.insertMany([...documents]);
      }
    },
    close: () => client.close(),
  };
};
