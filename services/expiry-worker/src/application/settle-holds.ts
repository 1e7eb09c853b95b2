import { STOCK_LIMITS } from '@flashreserve/contracts';
import { type Clock, invariant } from '@flashreserve/ops';
import {
  createGroupCommit,
  type EntryOutcome,
  type GroupObserver,
  unavailable,
} from '@flashreserve/rpc';
import type { Outcomes, Settlement } from './settle-batch';

export interface HoldSettler {
  /**
   * Settles the holds of reservations according to the reservations' states; returns an outcome for
   * each distinct id and never rejects. Ids that arrive while a batch is in flight share the next
   * batches, in order of arrival; a call that arrives alone starts at once. Early, late and
   * repeated calls are harmless.
   *
   * An outcome may be the error of the service that failed or refused, DEADLINE_EXCEEDED when the
   * id was queued for too long, OVERLOADED when the queue is full, or SHUTTING_DOWN after `drain`.
   */
  readonly settle: (reservationIds: readonly string[]) => Promise<Outcomes<Settlement>>;
  /**
   * Stops accepting ids, rejects the queued ones, and resolves once the batch in flight has ended.
   */
  readonly drain: () => Promise<void>;
}

/** Long enough for several preceding batches to hit all their timeouts. */
const TURN_TIMEOUT_MS = 60_000;
/**
 * A backstop: twice what concurrent jobs and the sweep can submit, so that nothing is rejected. The
 * actual bound on the queue is the job concurrency of the worker.
 */
const QUEUE_LENGTH_MAX = 100_000;

/**
 * The single path on which jobs and sweep settle holds. Batches are as large as the services
 * accept, because most of a batch's cost does not depend on its size. They run one after the other,
 * so that thousands of holds falling due together leave the services and their stores capacity for
 * buyers.
 */
export const createHoldSettler = (deps: {
  readonly settleBatch: (ids: readonly string[]) => Promise<Outcomes<Settlement>>;
  readonly clock: Clock;
  readonly observe?: GroupObserver;
}): HoldSettler => {
  const { settleBatch, clock, observe } = deps;
  let draining = false;
  const batches = createGroupCommit<string, Settlement>({
    name: 'settle holds',
    clock,
    maxBatchSize: STOCK_LIMITS.settlementIdsMax,
    maxQueueLength: QUEUE_LENGTH_MAX,
    ...(observe && { observe }),
    commit: async (ids) => {
      if (draining) return ids.map(() => ({ ok: false, error: shuttingDown() }));
      const outcomes = await settleBatch(ids);
      return ids.map((id) => {
        const outcome = outcomes.get(id);
        invariant(outcome !== undefined, `A batch ended without an outcome for ${id}.`);
        return outcome;
      });
    },
  });

  /** Deduplicates a reservation that two jobs and the sweep submit at the same time. */
  const underWay = new Map<string, Promise<EntryOutcome<Settlement>>>();
  const settleOne = (id: string, deadline: Date): Promise<EntryOutcome<Settlement>> => {
    const shared = underWay.get(id);
    if (shared !== undefined) return shared;
    const end = (outcome: EntryOutcome<Settlement>): EntryOutcome<Settlement> => {
      underWay.delete(id);
      return outcome;
    };
    const outcome = batches.submit(id, deadline).then(
      (value) => end({ ok: true, value }),
      (error: unknown) => end({ ok: false, error }),
    );
    underWay.set(id, outcome);
    return outcome;
  };

  return {
    settle: async (reservationIds) => {
      const deadline = new Date(clock.now().getTime() + TURN_TIMEOUT_MS);
      const started = new Map(reservationIds.map((id) => [id, settleOne(id, deadline)]));
      const outcomes = new Map<string, EntryOutcome<Settlement>>();
      for (const [id, outcome] of started) outcomes.set(id, await outcome);
      return outcomes;
    },
    drain: () => {
      draining = true;
      return batches.drain();
    },
  };
};

const shuttingDown = () => unavailable('SHUTTING_DOWN', 'This instance is shutting down.');
