import type { mongo } from 'mongoose';
import { repeatOnOutage } from '../mongo/repeat-on-outage';
import { isDuplicateKey } from '../mongo/translate-store-error';
import { limitStoreCalls } from '../mongo/within-time';

interface LockDocument {
  readonly _id: string;
  /** The instance that holds the lock; empty if the lock is free. */
  readonly owner: string;
  /** By the store's clock. */
  readonly expiresAt: Date;
}

/** A lock of one database that expires unless it is renewed. */
export interface MigrationLock {
  /** Takes or renews the lock. False while another owner has it. */
  readonly hold: () => Promise<boolean>;
  readonly release: () => Promise<void>;
}

const LOCK_ID = 'migrations';

/**
 * All times are the store's (`$$NOW`), so the clocks of the instances do not matter. A call whose
 * reply is lost may be repeated.
 */
export const createMigrationLock = (
  db: mongo.Db,
  { owner, leaseMs }: { readonly owner: string; readonly leaseMs: number },
): MigrationLock => {
  const locks = db.collection<LockDocument>('migration_lock');

  let exists = false;
  /** Apart from `take`, because an upsert cannot have a condition with `$expr`. */
  const create = async (): Promise<void> => {
    if (exists) return;
    try {
      await locks.updateOne(
        { _id: LOCK_ID },
        { $setOnInsert: { owner: '', expiresAt: new Date(0) } },
        { upsert: true },
      );
    } catch (error) {
      // Another instance inserted it.
      if (!isDuplicateKey(error)) throw error;
    }
    exists = true;
  };
  const take = async (): Promise<boolean> => {
    const { matchedCount } = await locks.updateOne(
      { _id: LOCK_ID, $or: [{ owner }, { $expr: { $lte: ['$expiresAt', '$$NOW'] } }] },
      [{ $set: { owner, expiresAt: { $add: ['$$NOW', leaseMs] } } }],
    );
    return matchedCount === 1;
  };
  return limitStoreCalls({
    hold: () =>
      repeatOnOutage(async () => {
        await create();
        return take();
      }),
    release: async () => {
      await repeatOnOutage(() =>
        locks.updateOne({ _id: LOCK_ID, owner }, [{ $set: { owner: '', expiresAt: '$$NOW' } }]),
      );
    },
  });
};
