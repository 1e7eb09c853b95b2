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
   * Settles the holds of reservations as the reservations' states demand, and gives an outcome for each distinct
   * id; never rejects. Ids that come while a batch is under way share the next ones, in the order in which they
   * came; a lone call starts at once. Early, late and repeated calls do no harm.
   *
   * An outcome may be the error of the service that failed or refused, DEADLINE_EXCEEDED when its turn did not
   * come in time, OVERLOADED when too many wait, or SHUTTING_DOWN after `drain`.
   */
  readonly settle: (reservationIds: readonly string[]) => Promise<Outcomes<Settlement>>;
  /** Takes no more, refuses what still waits, and resolves when the batch under way is through. */
  readonly drain: () => Promise<void>;
}

/** Enough for several batches in front of this one to run into all their timeouts. */
const TURN_TIMEOUT_MS = 60_000;
/**
 * A backstop only: twice what the jobs under way and the sweep can bring, so that nothing is refused. How much
 * waits is bounded by how many jobs a worker takes at a time.
 */
const QUEUE_LENGTH_MAX = 100_000;

/**
 * Makes the one path on which jobs and sweep settle holds: in batches as large as the services take, because most of
 * a batch's cost is the same for few ids and for many, and one after the other, so that thousands of holds that fall
 * due together leave the services and their stores time for those who are buying.
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

  /** The same reservation may come from two jobs and the sweep at once; it is asked for once. */
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
