import { systemClock } from '@flashreserve/ops';
import { createGroupCommit, type EntryOutcome, type GroupObserver } from '@flashreserve/rpc';
import type { Product } from '../domain/product';
import type { ProductListQuery, ProductRepository } from './ports';

/** Batches the list queries of concurrent callers. */
export interface ProductLists {
  /**
   * Resolves with a list read after the call: a query already in flight is not shared.
   *
   * @throws DomainError OVERLOADED, DEADLINE_EXCEEDED or SHUTTING_DOWN
   */
  readonly read: (query: ProductListQuery, deadline: Date) => Promise<readonly Product[]>;
  /** Stops accepting queries; resolves once every accepted query has settled. */
  readonly drain: () => Promise<void>;
}

/**
 * Maximum batches of list queries in flight. Low, so that browsing leaves store capacity to buyers.
 */
const READINGS_MAX = 4;
const QUERIES_MAX = 64;
const WAITING_MAX = 2_000;

const keyOf = ({ after, availableOnly, limit }: ProductListQuery): string =>
  `${after ?? ''} ${availableOnly} ${limit}`;

/**
 * Queries that arrive while all slots are taken are batched, and equal queries of a batch share one
 * result: the first page, which most callers request, is read once for all of them.
 */
export const createProductLists = (deps: {
  readonly products: Pick<ProductRepository, 'list'>;
  readonly observe?: GroupObserver;
}): ProductLists => {
  const read = async (query: ProductListQuery): Promise<EntryOutcome<readonly Product[]>> => {
    try {
      return { ok: true, value: await deps.products.list(query) };
    } catch (error) {
      return { ok: false, error };
    }
  };
  const queries = createGroupCommit<ProductListQuery, readonly Product[]>({
    name: 'lists',
    commit: async (batch) => {
      const answers = new Map<string, EntryOutcome<readonly Product[]>>();
      const outcomes: EntryOutcome<readonly Product[]>[] = [];
      for (const query of batch) {
        const key = keyOf(query);
        const outcome = answers.get(key) ?? (await read(query));
        answers.set(key, outcome);
        outcomes.push(outcome);
      }
      return outcomes;
    },
    clock: systemClock,
    maxInFlight: READINGS_MAX,
    maxBatchSize: QUERIES_MAX,
    maxQueueLength: WAITING_MAX,
    ...(deps.observe && { observe: deps.observe }),
  });
  return { read: queries.submit, drain: queries.drain };
};
