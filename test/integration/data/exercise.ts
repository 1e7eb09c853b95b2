import type { Connection } from 'mongoose';

/** One use, or several, of each method of an adapter: a method without one does not compile. */
export type Uses<Adapter> = {
  readonly [Name in keyof Adapter]: (call: Adapter[Name]) => Promise<unknown>;
};

/** Uses every method of an adapter, one after the other. */
export const exercise = async <Adapter extends object>(
  adapter: Adapter,
  uses: Uses<Adapter>,
): Promise<void> => {
  for (const name of Object.keys(uses) as (keyof Adapter)[]) await uses[name](adapter[name]);
};

/** One service's adapters on a database. */
export interface ServiceUses {
  /** Migrates the database and fills it. */
  readonly prepare: () => Promise<void>;
  /** Asks every query. */
  readonly use: () => Promise<void>;
}

const BATCH = 1_000;

/** Inserts documents that are made by their index. */
export const fill = async (
  connection: Connection,
  name: string,
  options: { readonly count: number; readonly make: (index: number) => { readonly _id: string } },
): Promise<void> => {
  const { count, make } = options;
  const collection = connection.getClient().db(connection.name).collection<{ _id: string }>(name);
  for (let from = 0; from < count; from += BATCH) {
    const length = Math.min(BATCH, count - from);
    await collection.insertMany(Array.from({ length }, (_item, index) => make(from + index)));
  }
};
