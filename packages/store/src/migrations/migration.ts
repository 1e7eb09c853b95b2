import type { mongo } from 'mongoose';

/** One forward step of a database's schema. */
export interface Migration {
  /** Position in the order, from 1 without gaps. Never reused. */
  readonly number: number;
  /** What it does, in kebab case. Never changed after a release. */
  readonly name: string;
  /**
   * Must be idempotent: it is repeated after a failure, and after a lost lock it may run on two
   * instances at once. The previous version must be able to work on its result.
   */
  readonly up: (db: mongo.Db) => Promise<void>;
}

/** Why a database could not be migrated, in words for an operator. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

/** For logs and messages, for example `0002-validators`. */
export const labelOf = ({ number, name }: Pick<Migration, 'number' | 'name'>): string =>
  `${String(number).padStart(4, '0')}-${name}`;
