import type { Clock } from '@flashreserve/platform/clock';
import { createGroupCommit, type GroupObserver } from '@flashreserve/platform/group-commit';
import {
  type HoldOutcome,
  planStockBatch,
  type StockChanges,
  type StockOutcome,
  type StockPlan,
  type StockRequest,
} from '../domain/stock-batch';
import { createKnownStock } from './known-stock';
import { createOneAtATime } from './one-at-a-time';
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

/** Must not throw. The outcomes are in the order of the requests. */
export type BatchObserver = (
  requests: readonly StockRequest[],
  outcomes: readonly StockOutcome[],
) => void;

export interface StockWriterDeps {
  readonly store: StockStore;
  readonly clock: Clock;
  /** Waits before a batch that another instance has overtaken is decided anew. */
  readonly backOff: (attempt: number) => Promise<void>;
  readonly observe?: Readonly<Record<StockRequest['kind'], GroupObserver>>;
  /** Told what became of the requests of a batch once it is written. */
  readonly onDecided?: BatchObserver;
}

const TAKES_MAX = 256;
/** Small, because a buyer waits behind at most one batch of holds that are settled. */
const SETTLEMENTS_MAX = 250;
/** Holds that fall due together come in whole pages, from several workers. */
const SETTLEMENTS_WAITING_MAX = 50_000;

const isEmpty = ({ movements, made, settled }: StockChanges): boolean =>
  movements.length === 0 && made.length === 0 && settled.length === 0;

/** Decides batches and writes them, until the store was still as it was believed to be. */
const createCommit = ({ store, clock, backOff }: StockWriterDeps) => {
  const known = createKnownStock();

  const write = async (plan: StockPlan): Promise<boolean> => {
    const written = isEmpty(plan.changes) || (await store.write(plan.changes)) === 'written';
    if (written) known.keep(plan);
    return written;
  };

  /**
   * Goes without a reading when everybody would get what they want by what was known last. The conditions of the
   * write protect the stock, so a wrong guess costs time and nothing else; and nobody is refused by a guess.
   */
  const tryGuess = async (
    requests: readonly StockRequest[],
  ): Promise<readonly StockOutcome[] | undefined> => {
    const guess = known.guess(requests);
    if (guess === undefined) return undefined;
    const plan = planStockBatch(requests, guess, clock.now());
    if (plan.outcomes.every(({ ok }) => ok) && (await write(plan))) return plan.outcomes;
    known.forget(requests);
    return undefined;
  };

  /** Ends by itself: requests whose deadline passes drop out of the plan. */
  return async (requests: readonly StockRequest[]): Promise<readonly StockOutcome[]> => {
    const guessed = await tryGuess(requests);
    if (guessed !== undefined) return guessed;
    for (let attempt = 0; ; attempt += 1) {
      const plan = planStockBatch(requests, await store.read(requests), clock.now());
      if (await write(plan)) return plan.outcomes;
      await backOff(attempt);
    }
  };
};

/**
 * Requests that arrive while a batch is being written share the next one. Taking and settling take turns, so that an
 * instance never competes with itself for a hot product, and thousands of holds that fall due do not stand between
 * a buyer and the last unit.
 */
export const createStockWriter = (deps: StockWriterDeps): StockWriter => {
  const { clock, observe, onDecided } = deps;
  const decideAndWrite = createCommit(deps);
  const oneAtATime = createOneAtATime();
  const commit = async (requests: readonly StockRequest[]) => {
    const outcomes = await oneAtATime(() => decideAndWrite(requests));
    onDecided?.(requests, outcomes);
    return outcomes;
  };
  const groups = {
    take: createGroupCommit({
      name: 'take',
      commit,
      clock,
      maxBatchSize: TAKES_MAX,
      ...(observe && { observe: observe.take }),
    }),
    settle: createGroupCommit({
      name: 'settle',
      commit,
      clock,
      maxBatchSize: SETTLEMENTS_MAX,
      maxQueueLength: SETTLEMENTS_WAITING_MAX,
      ...(observe && { observe: observe.settle }),
    }),
  };
  return {
    submit: (request) => groups[request.kind].submit(request, request.deadline),
    drain: async () => {
      await Promise.all([groups.take.drain(), groups.settle.drain()]);
    },
  };
};
