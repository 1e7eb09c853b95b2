import type { mongo } from 'mongoose';
import { repeatOnOutage } from '../mongo/repeat-on-outage';
import { limitStoreCalls } from '../mongo/within-time';
import { labelOf, type Migration, MigrationError } from './migration';

interface AppliedMigration {
  /** The migration's number. */
  readonly _id: number;
  readonly name: string;
  /** By the store's clock. */
  readonly appliedAt: Date;
}

export interface AppliedMigrations {
  /** @throws MigrationError when the database has another migration under a number of `known` */
  readonly read: (known: readonly Migration[]) => Promise<{
    readonly pending: readonly Migration[];
    /** Applied migrations that `known` does not have: those of a newer version. */
    readonly newer: readonly string[];
  }>;
  readonly add: (migration: Migration) => Promise<void>;
}

const refuseOther = (applied: readonly AppliedMigration[], known: readonly Migration[]): void => {
  const names = new Map(known.map(({ number, name }) => [number, name]));
  for (const { _id: number, name } of applied) {
    const expected = names.get(number);
    if (expected === undefined || expected === name) continue;
    throw new MigrationError(
      `The database has migration ${labelOf({ number, name })}, but this version's is ${labelOf({ number, name: expected })}.`,
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
      const numbers = new Set(applied.map(({ _id }) => _id));
      const highest = Math.max(0, ...known.map(({ number }) => number));
      return {
        pending: known.filter(({ number }) => !numbers.has(number)),
        newer: applied
          .filter(({ _id }) => _id > highest)
          .map(({ _id: number, name }) => labelOf({ number, name })),
      };
    },
    add: async ({ number, name }) => {
      await repeatOnOutage(() =>
        collection.updateOne({ _id: number }, [{ $set: { name, appliedAt: '$$NOW' } }], {
          upsert: true,
        }),
      );
    },
  });
};
