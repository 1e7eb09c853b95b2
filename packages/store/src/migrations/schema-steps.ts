import { mongo } from 'mongoose';

const NAMESPACE_EXISTS = 48;
const NAMESPACE_NOT_FOUND = 26;
const INDEX_NOT_FOUND = 27;
const UNAUTHORIZED = 13;

const hasCode = (error: unknown, ...codes: readonly number[]): boolean =>
  error instanceof mongo.MongoError && codes.some((code) => code === error.code);

/** Creates the collections that are missing. */
export const createCollections = async (db: mongo.Db, names: readonly string[]): Promise<void> => {
  for (const name of names) {
    try {
      await db.createCollection(name);
    } catch (error) {
      if (!hasCode(error, NAMESPACE_EXISTS)) throw error;
    }
  }
};

/** An index with the name under which it may be dropped again. */
export type NamedIndex = mongo.IndexDescription & { readonly name: string };

/** Creates the indexes that are missing; waits for those that are being built. */
export const createIndexes = async (
  db: mongo.Db,
  collection: string,
  indexes: readonly NamedIndex[],
): Promise<void> => {
  await db.collection(collection).createIndexes([...indexes]);
};

/** Drops an index if it is there. */
export const dropIndex = async (db: mongo.Db, collection: string, name: string): Promise<void> => {
  try {
    await db.collection(collection).dropIndex(name);
  } catch (error) {
    if (!hasCode(error, INDEX_NOT_FOUND, NAMESPACE_NOT_FOUND)) throw error;
  }
};

/**
 * Makes the store refuse documents that do not match a JSON schema. Documents that did not match
 * before may still be changed (`moderate`).
 */
export const setValidator = async (
  db: mongo.Db,
  collection: string,
  $jsonSchema: mongo.Document,
): Promise<void> => {
  try {
    await db.command({
      collMod: collection,
      validator: { $jsonSchema },
      validationLevel: 'moderate',
      validationAction: 'error',
    });
  } catch (error) {
    if (!hasCode(error, UNAUTHORIZED)) throw error;
    throw new Error(
      `The database user may not run collMod on ${db.databaseName}. See "Rights of the services" in docs/data.md.`,
      { cause: error },
    );
  }
};
