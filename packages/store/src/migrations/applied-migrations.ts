import type { mongo } from 'mongoose';
import { repeatOnOutage } from '../mongo/repeat-on-outage';
import { limitStoreCalls } from '../mongo/within-time';
import { labelOf, type Migration, MigrationError } from './migration';

interface AppliedMigration {
  /** The migration's id. */
  readonly _id: number;
  readonly name: string;
  /** By the store's clock. */
  readonly appliedAt: Date;
}

export interface AppliedMigrations {
  /** @throws MigrationError when the database has another migration under an id of `known` */
  readonly read: (known: readonly Migration[]) => Promise<{
    readonly pending: readonly Migration[];
    /** Applied migrations that `known` does not have: those of a newer version. */
    readonly newer: readonly string[];
  }>;
  readonly add: (migration: Migration) => Promise<void>;
}

const refuseOther = (applied: readonly AppliedMigration[], known: readonly Migration[]): void => {
  const names = new Map(known.map(({ id, name }) => [id, name]));
  for (const { _id: id, name } of applied) {
    const expected = names.get(id);
    if (expected === undefined || expected === name) continue;
    throw new MigrationError(
      `The database has migration ${labelOf({ id, name })}, but this version's is ${labelOf({ id, name: expected })}.`,
    );
  }
};

/** The migrations that a database has, in its collection `migrations`. */
export const createAppliedMigrations = (db: mongo.Db): AppliedMigrations => {
  const collection = db.collection<AppliedMigration>('migrations');
  return limitStoreCalls({
    read: async (known) => {
      const applied = await repeatOnOutage(() => collection.find().sort({ _id: 1 }).toArray());
      refuseOther(applied, known);
      const ids = new Set(applied.map(({ _id }) => _id));
      const highest = Math.max(0, ...known.map(({ id }) => id));
      return {
        pending: known.filter(({ id }) => !ids.has(id)),
        newer: applied
          .filter(({ _id }) => _id > highest)
          .map(({ _id: id, name }) => labelOf({ id, name })),
      };
    },
    add: async ({ id, name }) => {
      await repeatOnOutage(() =>
        collection.updateOne({ _id: id }, [{ $set: { name, appliedAt: '$$NOW' } }], {
          upsert: true,
        }),
      );
    },
  });
};
