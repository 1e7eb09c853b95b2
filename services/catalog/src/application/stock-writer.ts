import { byDeadline, type Clock, invariant } from '@flashreserve/ops';
import { createGroupCommit, deadlineExceeded, type GroupObserver } from '@flashreserve/rpc';
import type { PriceSnapshot } from '../domain/product';
import type { ProductOutcome, ProductRequest, ProductResult } from '../domain/product-batch';
import { planSaleBatch, type SaleRequests } from '../domain/sale-batch';
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
   * Like `submit`, for an administrator's change to a product, which queues with the takes.
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

/** Requests of one lane share batches; the lanes take turns writing. Returns are settlements. */
type Lane = 'take' | 'settle';

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
/** What the plan of a batch writes. */
interface Plan {
  readonly changes: StockChanges;
  /** Available units by product id after the changes. */
  readonly available: ReadonlyMap<string, number>;
  /** What each of these products is sold as after the changes. */
  readonly prices: ReadonlyMap<string, PriceSnapshot>;
}

/** Plans a batch and writes it; plans again on a new snapshot until the write succeeds. */
const createCommit = ({ store, clock, backOff }: StockWriterDeps) => {
  const known = createKnownStock();

  const write = async (plan: Plan): Promise<boolean> => {
    const written = isEmpty(plan.changes) || (await store.write(plan.changes)) === 'written';
    if (written) known.keep(plan);
    return written;
  };

  /**
   * Skips the read if all requests succeed according to the cache. The write's conditions protect
   * the stock and the price, so a wrong guess costs only time. A refusal is never based on a guess.
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
  const untilWritten = async <Planned extends Plan>(
    plan: () => Promise<Planned>,
  ): Promise<Planned> => {
    for (let attempt = 0; ; attempt += 1) {
      const planned = await plan();
      if (await write(planned)) return planned;
      await backOff(attempt);
    }
  };

  return {
    holds: async (requests: readonly StockRequest[]): Promise<readonly StockOutcome[]> => {
      const guessed = await tryGuess(requests);
      if (guessed !== undefined) return guessed;
      const { outcomes } = await untilWritten(async () =>
        planStockBatch(requests, await store.read(requests), clock.now()),
      );
      return outcomes;
    },
    sale: (requests: SaleRequests) =>
      untilWritten(async () => {
        const products = await store.readProducts(requests.changes);
        const stock = await store.read(requests.takes);
        return planSaleBatch(requests, { products, stock }, clock.now());
      }),
  };
};

/** A take of a buyer, or a change of an administrator. */
type SaleRequest = StockRequest | ProductRequest;
type SaleOutcome = StockOutcome | ProductOutcome;

const isChange = (request: SaleRequest): request is ProductRequest =>
  request.kind === 'adjust' || request.kind === 'describe';
const isTake = (request: SaleRequest): request is StockRequest => !isChange(request);

/**
 * Requests that arrive while a batch is written are batched into the next. Administrators' changes
 * queue with the takes and share their write, so that restocking never competes with the sale.
 * Takes and settlements take turns, so an instance never competes with itself for a hot product,
 * and a buyer waits behind at most one batch of expiring holds.
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
  const commitSale = async (
    requests: readonly SaleRequest[],
    deadline: Date,
  ): Promise<readonly SaleOutcome[]> => {
    if (requests.every(isTake)) return commit(requests, deadline);
    const takes = requests.filter(isTake);
    const changes = requests.filter(isChange);
    const { taken, changed } = await inTurn(deadline, () =>
      decideAndWrite.sale({ takes, changes }),
    );
    onDecided?.(takes, taken);
    const outcomes = { taken: taken.values(), changed: changed.values() };
    return requests.map((request) => {
      const { value } = (isTake(request) ? outcomes.taken : outcomes.changed).next();
      invariant(value !== undefined, 'A plan has an outcome for every request.');
      return value;
    });
  };
  const sales = createGroupCommit<SaleRequest, HoldOutcome | ProductResult>({
    name: 'take',
    commit: commitSale,
    clock,
    maxBatchSize: TAKES_MAX,
    ...(observe && { observe: observe.take }),
  });
  const settlements = createGroupCommit<StockRequest, HoldOutcome>({
    name: 'settle',
    commit,
    clock,
    maxBatchSize: SETTLEMENTS_MAX,
    maxQueueLength: SETTLEMENTS_WAITING_MAX,
    ...(observe && { observe: observe.settle }),
  });
  return {
    // The outcome of a take is that of a hold, and the outcome of a change that of a product.
    submit: (request) =>
      request.kind === 'take'
        ? (sales.submit(request, request.deadline) as Promise<HoldOutcome>)
        : settlements.submit(request, request.deadline),
    change: (request) => sales.submit(request, request.deadline) as Promise<ProductResult>,
    drain: async () => {
      await Promise.all([sales.drain(), settlements.drain()]);
    },
  };
};
