import { type Clock, daysBefore } from '@flashreserve/ops';
import type { RetentionStore } from './ports';

/**
 * A sold hold is kept longer than its reservation by this, so that reservation deletes first. A
 * retry that meets a CONFIRMED reservation without its hold would sell units for it a second time.
 */
const SOLD_HOLD_EXTRA_DAYS = 7;

/**
 * Folds sold holds into the ledger and deletes what is old. Every step keeps the sums that the
 * audit compares: a hold is deleted only when its units are back on sale or in the ledger.
 */
export const createRetentionSteps = (deps: {
  readonly store: RetentionStore;
  readonly clock: Clock;
  readonly retentionDays: number;
  readonly idempotencyDays: number;
}) => {
  const { store, clock, retentionDays, idempotencyDays } = deps;
  const before = (days: number): Date => daysBefore(clock.now(), days);
  const untilFew = (work: (limit: number) => Promise<number>) => async (limit: number) => {
    const handled = await work(limit);
    return { handled, left: handled < limit ? ('none' as const) : ('more' as const) };
  };
  return {
    fold_sold_holds: untilFew((limit) => store.foldSold({ now: clock.now(), limit })),
    delete_released_holds: untilFew((limit) =>
      store.deleteReleased({ before: before(idempotencyDays), limit }),
    ),
    delete_sold_holds: untilFew((limit) =>
      store.deleteFolded({ before: before(retentionDays + SOLD_HOLD_EXTRA_DAYS), limit }),
    ),
    delete_product_creations: untilFew((limit) =>
      store.deleteCreations({ before: before(idempotencyDays), limit }),
    ),
  };
};
