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

/** All changes to existing products, their counters and holds in this process go through it. */
export interface StockWriter {
  /**
   * Resolves once the request's batch is durable.
   *
   * @throws DomainError the refusal of this request, or OVERLOADED, DEADLINE_EXCEEDED or
   *   SHUTTING_DOWN
   */
  readonly submit: (request: StockRequest) => Promise<HoldOutcome>;
  /**
   * Like `submit`, for an administrator's change to a product.
   *
   * @throws DomainError as `submit`
   */
  readonly change: (request: ProductRequest) => Promise<ProductResult>;
  /** Stops accepting requests; resolves once every accepted request has settled. */
  readonly drain: () => Promise<void>;
}

/** Must not throw. Outcomes are in request order. */
export type BatchObserver = (
  requests: readonly StockRequest[],
  outcomes: readonly StockOutcome[],
) => void;

/** Requests of one lane share batches; the lanes take turns writing. */
type Lane = StockRequest['kind'] | 'product';

export interface StockWriterDeps {
  readonly store: StockStore;
  readonly clock: Clock;
  /** Delays the retry of a batch whose snapshot became stale through another instance. */
  readonly backOff: (attempt: number) => Promise<void>;
  readonly observe?: Readonly<Record<Lane, GroupObserver>>;
  /** Called with the outcomes of each batch once it is written. */
  readonly onDecided?: BatchObserver;
}

const TAKES_MAX = 256;
/** Kept small: a take waits behind at most one settlement batch. */
const SETTLEMENTS_MAX = 250;
/** Large: holds that expire together arrive in full pages, from several workers. */
const SETTLEMENTS_WAITING_MAX = 50_000;
/** Kept small for the same reason as settlements. */
const PRODUCT_CHANGES_MAX = 250;

/** The plan of a batch. */
interface Plan<Outcome> {
  readonly outcomes: readonly Outcome[];
  readonly changes: StockChanges;
  /** Available units by product id after the changes. */
  readonly available: ReadonlyMap<string, number>;
}

/** Plans a batch and writes it; plans again on a new snapshot until the write succeeds. */
const createCommit = ({ store, clock, backOff }: StockWriterDeps) => {
  const known = createKnownStock();

  const write = async (plan: Plan<unknown>): Promise<boolean> => {
    const written = isEmpty(plan.changes) || (await store.write(plan.changes)) === 'written';
    if (written) known.keep(plan);
    return written;
  };

  /**
   * Skips the read if all requests succeed according to the cache. The write's conditions protect
   * the stock, so a wrong guess costs only time. A refusal is never based on a guess.
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

  /** Terminates: requests whose deadline passes drop out of the plan. */
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
 * Requests that arrive while a batch is written are batched into the next. Takes, settlements and
 * administrators' changes take turns, so an instance never competes with itself for a hot product,
 * and a request waits behind at most one batch of each other kind: neither a buyer behind thousands
 * of expiring holds, nor an administrator behind a rush of buyers.
 */
export const createStockWriter = (deps: StockWriterDeps): StockWriter => {
  const { clock, observe, onDecided } = deps;
  const decideAndWrite = createCommit(deps);
  const oneAtATime = createOneAtATime();
  // A batch is abandoned at the latest deadline of its requests; otherwise a hanging store would
  // block sales for longer than the outage. It may still be written concurrently with the next
  // batch: the conditions of the writes protect the stock, so the later one is stale and is planned
  // again.
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
