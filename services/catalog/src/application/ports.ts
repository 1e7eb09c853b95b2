import type { Hold } from '../domain/hold';
import type { Product, StockLevels } from '../domain/product';
import type { ProductRequest, ProductSnapshot } from '../domain/product-batch';
import type { StockFigures } from '../domain/stock-audit';
import type { StockRequest, StockSnapshot } from '../domain/stock-batch';
import type { StockChanges } from '../domain/stock-changes';
import type { LedgerFigures } from '../domain/stock-violations';

/** Which request made which product, so that a repeat finds it. */
export interface ProductCreation {
  readonly requestId: string;
  readonly productId: string;
  /** Digest of the request's content. */
  readonly contentDigest: string;
  readonly createTime: Date;
}

export interface ProductListQuery {
  /** Only products that come after this one in the list. */
  readonly after: string | undefined;
  readonly availableOnly: boolean;
  readonly limit: number;
}

export interface ProductRepository {
  readonly find: (productId: string) => Promise<Product | undefined>;
  /** Newest first. */
  readonly list: (query: ProductListQuery) => Promise<readonly Product[]>;
  readonly insert: (product: Product) => Promise<void>;
  /** Products that do not exist are left out. */
  readonly findStockLevels: (
    productIds: readonly string[],
  ) => Promise<ReadonlyMap<string, StockLevels>>;
}

/** Reads and writes of one transaction. */
export interface CatalogTransaction {
  readonly findProduct: (productId: string) => Promise<Product | undefined>;
  readonly insertProduct: (product: Product) => Promise<void>;
  readonly findCreation: (requestId: string) => Promise<ProductCreation | undefined>;
  readonly insertCreation: (creation: ProductCreation) => Promise<void>;
}

/**
 * Runs `work` on one snapshot of the store; all its writes become visible together, or none. It may run several
 * times, because a conflict with another transaction starts it again.
 */
export type RunTransaction = <Result>(
  work: (transaction: CatalogTransaction) => Promise<Result>,
) => Promise<Result>;

/** Where products, holds and adjustments are kept. */
export interface StockStore {
  /**
   * Reads what a batch needs to be decided. A hold is never missed whose units are missing from the products
   * that are returned with it, so that a repeat cannot be told "sold out".
   */
  readonly read: (requests: readonly StockRequest[]) => Promise<StockSnapshot>;
  /** As `read`: an adjustment is never missed whose units the products that are returned with it contain. */
  readonly readProducts: (requests: readonly ProductRequest[]) => Promise<ProductSnapshot>;
  /**
   * Writes all changes, or nothing ("stale") when the store is no longer as the snapshot said, because another
   * instance was faster.
   */
  readonly write: (changes: StockChanges) => Promise<'written' | 'stale'>;
}

/** Place of a hold in the list of overdue holds. */
export interface OverdueCursor {
  /** `overdueTime` of the hold. */
  readonly expireTime: Date;
  readonly reservationId: string;
}

export interface HoldRepository {
  /** Holds that are HELD and were due at `dueAt` or before; oldest first. */
  readonly listOverdue: (query: {
    readonly dueAt: Date;
    readonly after: OverdueCursor | undefined;
    readonly limit: number;
  }) => Promise<readonly Hold[]>;
}

export interface AuditReader {
  /** Figures of products in the order of their ids, all from one snapshot. */
  readonly read: (query: {
    readonly after: string | undefined;
    /** Only these; undefined means all. */
    readonly productIds: readonly string[] | undefined;
    readonly limit: number;
  }) => Promise<readonly StockFigures[]>;
}

/** Reads what the periodic audit checks, at a cost that has a limit. */
export interface LedgerReader {
  /**
   * Figures of the next products in the order of their ids, all from one snapshot. `skipped` names the sums that were
   * left out because there are more holds of that state than may be read.
   */
  readonly read: (query: {
    readonly after: string | undefined;
    readonly limit: number;
  }) => Promise<{
    readonly figures: readonly LedgerFigures[];
    readonly skipped: readonly ('held' | 'sold')[];
  }>;
}
