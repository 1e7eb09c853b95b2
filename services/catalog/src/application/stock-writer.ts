import { byDeadline, type Clock } from '@flashreserve/ops';
import { createGroupCommit, deadlineExceeded, type GroupObserver } from '@flashreserve/rpc';
import { type ProductRequest, type ProductResult, planProductBatch } from '../domain/product-batch';
import {
  type HoldOutcome,
  planStockBatch,
  type StockOutcome,
  type StockRequest,
} from '../domain/stock-batch';
import { isEmpty, type StockChanges } from '../domain/stock-changes';
import { createKnownStock } from './known-stock';
import { createOneAtATime } from './one-at-a-time';
import type { StockStore } from './ports';

/** The one way by which products, their counters and holds change in this process. */
export interface StockWriter {
  /**
   * Resolves when the batch that contains the request is durable.
   *
   * @throws DomainError the request's own refusal; OVERLOADED, DEADLINE_EXCEEDED or SHUTTING_DOWN
   */
  readonly submit: (request: StockRequest) => Promise<HoldOutcome>;
  /**
   * As `submit`, for an administrator's change of a product.
   *
   * @throws DomainError as `submit`
   */
  readonly change: (request: ProductRequest) => Promise<ProductResult>;
  /** Takes no more requests and resolves when all that were taken have their outcome. */
  readonly drain: () => Promise<void>;
}

/** Must not throw. The outcomes are in the order of the requests. */
export type BatchObserver = (
  requests: readonly StockRequest[],
  outcomes: readonly StockOutcome[],
) => void;

/** Requests of one lane share batches; the batches of all lanes take turns. */
type Lane = StockRequest['kind'] | 'product';

export interface StockWriterDeps {
  readonly store: StockStore;
  readonly clock: Clock;
  /** Waits before a batch that another instance has overtaken is decided anew. */
  readonly backOff: (attempt: number) => Promise<void>;
  readonly observe?: Readonly<Record<Lane, GroupObserver>>;
  /** Told what became of the requests of a batch once it is written. */
  readonly onDecided?: BatchObserver;
}

const TAKES_MAX = 256;
/** Small, because a buyer waits behind at most one batch of holds that are settled. */
const SETTLEMENTS_MAX = 250;
/** Holds that fall due together come in whole pages, from several workers. */
const SETTLEMENTS_WAITING_MAX = 50_000;
/** As few as settlements, for the same reason. */
const PRODUCT_CHANGES_MAX = 250;

/** What was decided about a batch. */
interface Plan<Outcome> {
  readonly outcomes: readonly Outcome[];
  readonly changes: StockChanges;
  /** Available units by product id, once the changes are written. */
  readonly available: ReadonlyMap<string, number>;
}

/** Decides batches and writes them, until the store was still as it was believed to be. */
const createCommit = ({ store, clock, backOff }: StockWriterDeps) => {
  const known = createKnownStock();

  const write = async (plan: Plan<unknown>): Promise<boolean> => {
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
  const untilWritten = async <Outcome>(
    plan: () => Promise<Plan<Outcome>>,
  ): Promise<readonly Outcome[]> => {
    for (let attempt = 0; ; attempt += 1) {
      const planned = await plan();
      if (await write(planned)) return planned.outcomes;
      await backOff(attempt);
    }
  };

  return {
    holds: async (requests: readonly StockRequest[]): Promise<readonly StockOutcome[]> =>
      (await tryGuess(requests)) ??
      untilWritten(async () => planStockBatch(requests, await store.read(requests), clock.now())),
    products: (requests: readonly ProductRequest[]) =>
      untilWritten(async () =>
        planProductBatch(requests, await store.readProducts(requests), clock.now()),
      ),
  };
};

/**
 * Requests that arrive while a batch is being written share the next one. Taking, settling and administrators' changes
 * take turns, so that an instance never competes with itself for a hot product, and none of them waits behind more than
 * one batch of each other kind: neither a buyer behind thousands of holds that fall due, nor an administrator behind a
 * crowd of buyers.
 */
export const createStockWriter = (deps: StockWriterDeps): StockWriter => {
  const { clock, observe, onDecided } = deps;
  const decideAndWrite = createCommit(deps);
  const oneAtATime = createOneAtATime();
  // A batch whose callers have all gone is not waited for, or a store that hangs would stop the sale for longer than the
  // outage lasts. It may still be written while the next one is: their conditions protect the stock from each other, so
  // the second to come is stale and is decided again.
  const inTurn = <Outcome>(deadline: Date, write: () => Promise<Outcome>): Promise<Outcome> =>
    oneAtATime(() => byDeadline(deadline, write(), deadlineExceeded));
  const commit = async (requests: readonly StockRequest[], deadline: Date) => {
    const outcomes = await inTurn(deadline, () => decideAndWrite.holds(requests));
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
  const products = createGroupCommit<ProductRequest, ProductResult>({
    name: 'product',
    commit: (requests, deadline) => inTurn(deadline, () => decideAndWrite.products(requests)),
    clock,
    maxBatchSize: PRODUCT_CHANGES_MAX,
    ...(observe && { observe: observe.product }),
  });
  return {
    submit: (request) => groups[request.kind].submit(request, request.deadline),
    change: (request) => products.submit(request, request.deadline),
    drain: async () => {
      await Promise.all([groups.take.drain(), groups.settle.drain(), products.drain()]);
    },
  };
};
