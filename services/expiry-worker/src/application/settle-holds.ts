import { STOCK_LIMITS } from '@flashreserve/contracts';
import type { Clock } from '@flashreserve/platform/clock';
import { invariant } from '@flashreserve/platform/errors';
import { createGroupCommit } from '@flashreserve/platform/group-commit';
import type { Outcomes, Settlement } from './settle-batch';

export interface HoldSettler {
  /**
   * Settles the hold of a reservation as the reservation's state demands. Calls that come while a batch is
   * under way share the next one; a lone call starts at once. Early, late and repeated calls do no harm.
   *
   * @throws DomainError of the service that failed or refused, OVERLOADED when too many wait,
   *   SHUTTING_DOWN after `drain`
   */
  readonly settle: (reservationId: string) => Promise<Settlement>;
  /** Takes no more and resolves when all that were taken have their outcome. */
  readonly drain: () => Promise<void>;
}

/** Enough for several batches in front of this one to run into all their timeouts. */
const TURN_TIMEOUT_MS = 60_000;
/** Twice what the jobs and the sweep of one worker can have under way. */
const QUEUE_LENGTH_MAX = 2_000;

/** Makes the one path on which jobs and sweep settle holds, whole batches at a time. */
export const createHoldSettler = (deps: {
  readonly settleBatch: (ids: readonly string[]) => Promise<Outcomes<Settlement>>;
  readonly clock: Clock;
}): HoldSettler => {
  const batches = createGroupCommit<string, Settlement>({
    clock: deps.clock,
    maxBatchSize: STOCK_LIMITS.settlementIdsMax,
    maxQueueLength: QUEUE_LENGTH_MAX,
    commit: async (ids) => {
      // The same reservation may come from two jobs and the sweep at once.
      const outcomes = await deps.settleBatch([...new Set(ids)]);
      return ids.map((id) => {
        const outcome = outcomes.get(id);
        invariant(outcome !== undefined, `A batch ended without an outcome for ${id}.`);
        return outcome;
      });
    },
  });
  return {
    settle: (reservationId) =>
      batches.submit(reservationId, new Date(deps.clock.now().getTime() + TURN_TIMEOUT_MS)),
    drain: batches.drain,
  };
};
