import { setTimeout as pause } from 'node:timers/promises';
import { type Logger, newId } from '@flashreserve/ops';
import type { Connection, mongo } from 'mongoose';
import { withinTime } from '../mongo/within-time';
import { type AppliedMigrations, createAppliedMigrations } from './applied-migrations';
import { type HeldLock, keepLock } from './held-lock';
import { labelOf, type Migration, MigrationError } from './migration';
import { createMigrationLock, type MigrationLock } from './migration-lock';
import { untilStoreAnswers } from './until-store-answers';

export interface MigrationOptions {
  readonly connection: Connection;
  /** In their order. */
  readonly migrations: readonly Migration[];
  readonly log: Logger;
  /** The lock of an owner that was killed is free after this time, in milliseconds. */
  readonly leaseMs?: number;
  /** How long to wait for another instance's migrations, in milliseconds. */
  readonly waitMsMax?: number;
}

const LEASE_MS = 30_000;
/** Pause between two looks at another instance's migrations. */
const LOOK_MS = 250;
/**
 * Building an index on a large collection takes time; a store that hangs must not block a start.
 */
const MIGRATION_MS_MAX = 300_000;
const WAIT_MS_MAX = 600_000;

const databaseOf = (connection: Connection): mongo.Db => connection.getClient().db(connection.name);

const run = async (migration: Migration, db: mongo.Db): Promise<void> => {
  try {
    await withinTime(
      MIGRATION_MS_MAX,
      untilStoreAnswers(MIGRATION_MS_MAX, () => migration.up(db)),
    );
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new MigrationError(
      `Migration ${labelOf(migration)} of ${db.databaseName} failed; it is repeated at the next start. ${why}`,
      { cause: error },
    );
  }
};

/** Runs what is pending, one after the other. Stops when the lock is lost. */
const runPending = async (
  { connection, migrations, log }: MigrationOptions,
  applied: AppliedMigrations,
  lock: HeldLock,
): Promise<readonly Migration[]> => {
  // Read again under the lock: another instance may have finished in between.
  const { pending } = await applied.read(migrations);
  for (const migration of pending) {
    await run(migration, databaseOf(connection));
    await lock.confirm();
    await applied.add(migration);
    log.info({ migration: labelOf(migration) }, 'The database was migrated.');
  }
  return pending;
};

const runUnderLock = async (
  options: MigrationOptions,
  applied: AppliedMigrations,
  lock: MigrationLock,
): Promise<readonly Migration[]> => {
  const held = keepLock(lock, options.leaseMs ?? LEASE_MS);
  try {
    return await runPending(options, applied, held);
  } finally {
    await held.release();
  }
};

/**
 * Brings a database to this version's schema, before a component reports ready. Of several
 * instances that start at once, one runs each migration and the others wait for it. Migrations of a
 * newer version are accepted: the two versions work side by side. A migration that failed is
 * repeated at the next start.
 *
 * @returns the migrations that this call ran
 * @throws MigrationError when a migration fails, or another instance's do not end in time
 */
export const runMigrations = async (options: MigrationOptions): Promise<readonly Migration[]> => {
  const { connection, migrations, log } = options;
  const db = databaseOf(connection);
  const applied = createAppliedMigrations(db);
  const lock = createMigrationLock(db, { owner: newId(), leaseMs: options.leaseMs ?? LEASE_MS });
  const giveUpAt = performance.now() + (options.waitMsMax ?? WAIT_MS_MAX);
  for (let looks = 0; performance.now() < giveUpAt; looks += 1) {
    const { pending, newer } = await applied.read(migrations);
    if (newer.length > 0) {
      log.info({ newer }, 'The database has migrations of a newer version.');
    }
    if (pending.length === 0) return [];
    if (await lock.hold()) return runUnderLock(options, applied, lock);
    if (looks === 0) {
      log.info({ pending: pending.map(labelOf) }, 'Another instance migrates the database.');
    }
    await pause(LOOK_MS);
  }
  throw new MigrationError(
    `Another instance has not finished the migrations of ${db.databaseName} in time.`,
  );
};
