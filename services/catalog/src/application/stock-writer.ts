import type { Clock } from '@flashreserve/platform/clock';
import { createGroupCommit } from '@flashreserve/platform/group-commit';
import {
  type HoldOutcome,
  planStockBatch,
  type StockChanges,
  type StockOutcome,
  type StockRequest,
} from '../domain/stock-batch';
import type { StockStore } from './ports';

/** The one way by which holds and the counters behind them change in this process. */
export interface StockWriter {
  /**
   * Resolves when the batch that contains the request is durable.
   *
   * @throws DomainError the request's own refusal; OVERLOADED, DEADLINE_EXCEEDED or SHUTTING_DOWN
   */
  readonly submit: (request: StockRequest) => Promise<HoldOutcome>;
  /** Takes no more requests and resolves when all that were taken have their outcome. */
  readonly drain: () => Promise<void>;
}

const isEmpty = ({ movements, made, settled }: StockChanges): boolean =>
  movements.length === 0 && made.length === 0 && settled.length === 0;

/**
 * Requests that arrive while a batch is being written share the next one. Taking and settling go through the same
 * batches, so that an instance never competes with itself for a hot product.
 */
export const createStockWriter = (deps: {
  readonly store: StockStore;
  readonly clock: Clock;
  /** Waits before a batch that another instance has overtaken is decided anew. */
  readonly backOff: (attempt: number) => Promise<void>;
}): StockWriter => {
  const { store, clock, backOff } = deps;

  /**
   * Decides on a fresh reading and writes, until the store was still as it was read. Ends by itself: requests
   * whose deadline passes drop out of the plan.
   */
  const commit = async (requests: readonly StockRequest[]): Promise<readonly StockOutcome[]> => {
    for (let attempt = 0; ; attempt += 1) {
      const { outcomes, changes } = planStockBatch(
        requests,
        await store.read(requests),
        clock.now(),
      );
      if (isEmpty(changes) || (await store.write(changes)) === 'written') return outcomes;
      await backOff(attempt);
    }
  };

  const { submit, drain } = createGroupCommit({ commit, clock, maxBatchSize: 256 });
  return { submit: (request) => submit(request, request.deadline), drain };
};
