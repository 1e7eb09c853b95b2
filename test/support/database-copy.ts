import { type Document, MongoClient } from 'mongodb';

/** A database at one moment, as a backup keeps it. */
export type DatabaseCopy = ReadonlyMap<string, readonly Document[]>;

export interface Databases {
  readonly copy: (name: string) => Promise<DatabaseCopy>;
  /** Makes the database what the copy says; indexes stay. */
  readonly restore: (name: string, copy: DatabaseCopy) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Backs up and restores single databases of one stack, which must not be writing meanwhile. */
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
