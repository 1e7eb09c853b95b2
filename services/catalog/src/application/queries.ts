import type { Clock } from '@flashreserve/ops';
import { type Page, toPage } from '@flashreserve/rpc';
import { productNotFound } from '../domain/catalog-errors';
import type { Hold } from '../domain/hold';
import type { Product } from '../domain/product';
import type { HoldRepository, OverdueCursor, ProductRepository } from './ports';
import type { ProductLists } from './product-lists';

/** Reads of one or two steps. Audits and watches are use cases of their own. */
export interface Queries {
  /** @throws DomainError PRODUCT_NOT_FOUND */
  readonly getProduct: (productId: string) => Promise<Product>;
  /**
   * Lists products, newest first.
   *
   * @throws DomainError OVERLOADED, DEADLINE_EXCEEDED or SHUTTING_DOWN
   */
  readonly listProducts: (
    query: {
      readonly availableOnly: boolean;
      /** Id of the last product of the previous page. */
      readonly after: string | undefined;
      readonly pageSize: number;
    },
    deadline: Date,
  ) => Promise<Page<Product, string>>;
  /** Lists holds that are still HELD after their time is up by catalog's clock, oldest first. */
  readonly listOverdueHolds: (query: {
    /** Only holds that became overdue at least this long ago, in milliseconds. */
    readonly overdueForMs: number;
    readonly after: OverdueCursor | undefined;
    readonly pageSize: number;
  }) => Promise<Page<Hold, OverdueCursor>>;
}

export const createQueries = (deps: {
  readonly products: Pick<ProductRepository, 'find'>;
  readonly lists: Pick<ProductLists, 'read'>;
  readonly holds: HoldRepository;
  readonly clock: Clock;
}): Queries => ({
  getProduct: async (productId) => {
    const product = await deps.products.find(productId);
    if (product === undefined) throw productNotFound(productId);
    return product;
  },

  listProducts: async ({ pageSize, ...query }, deadline) => {
    const found = await deps.lists.read({ ...query, limit: pageSize + 1 }, deadline);
    return toPage(found, pageSize, ({ productId }) => productId);
  },

  listOverdueHolds: async ({ overdueForMs, after, pageSize }) => {
    const dueAt = new Date(deps.clock.now().getTime() - overdueForMs);
    const found = await deps.holds.listOverdue({ dueAt, after, limit: pageSize + 1 });
    return toPage(found, pageSize, ({ overdueAt, reservationId }) => ({
      overdueAt,
      reservationId,
    }));
  },
});
