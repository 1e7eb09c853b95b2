import { MigrationError } from './migration';
import type { MigrationLock } from './migration-lock';

/** A lock that is renewed until it is released. */
export interface HeldLock {
  /** @throws MigrationError when another instance has taken the lock */
  readonly confirm: () => Promise<void>;
  /** Never rejects: the lock expires by itself. */
  readonly release: () => Promise<void>;
}

/** Renewals within one lease, so that a failed one does not lose the lock. */
const RENEWALS_PER_LEASE = 3;

/** Renews a lock that was just taken. A failed renewal is retried by the next one. */
export const keepLock = (lock: MigrationLock, leaseMs: number): HeldLock => {
  let renewal: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    renewal = lock.hold().catch(() => undefined);
  }, leaseMs / RENEWALS_PER_LEASE);
  return {
    confirm: async () => {
      if (await lock.hold()) return;
      throw new MigrationError('The lock of the migrations expired, and another instance has it.');
    },
    release: async () => {
      clearInterval(timer);
      // A renewal under way would take the lock again after its release.
      await renewal;
      await lock.release().catch(() => undefined);
    },
  };
};
