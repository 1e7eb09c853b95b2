import { systemClock } from '@flashreserve/ops';
import { createGroupCommit, type EntryOutcome, type GroupObserver } from '@flashreserve/rpc';
import type { Product } from '../domain/product';
import type { ProductListQuery, ProductRepository } from './ports';

/** Lists of products, read for several callers at once. */
export interface ProductLists {
  /**
   * Resolves with a list that is at least as new as the call: a reading that is under way already is not shared.
   *
   * @throws DomainError OVERLOADED, DEADLINE_EXCEEDED or SHUTTING_DOWN
   */
  readonly read: (query: ProductListQuery, deadline: Date) => Promise<readonly Product[]>;
  /** Takes no more queries and resolves when all that were taken have their outcome. */
  readonly drain: () => Promise<void>;
}

/** Readings under way at the same time. Few, so that a crowd that looks leaves the store to those who buy. */
const READINGS_MAX = 4;
const QUERIES_MAX = 64;
const WAITING_MAX = 2_000;

const keyOf = ({ after, availableOnly, limit }: ProductListQuery): string =>
  `${after ?? ''} ${availableOnly} ${limit}`;

/**
 * Callers that ask while the readings are under way share the next one, and those who ask the same share its answer: the
 * first page, which a whole crowd wants, is read once for all of them.
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
