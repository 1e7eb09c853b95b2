import type { Hold } from '../domain/hold';
import type { Product, StockLevels } from '../domain/product';
import type { ProductRequest, ProductSnapshot } from '../domain/product-batch';
import type { StockFigures } from '../domain/stock-audit';
import type { StockRequest, StockSnapshot } from '../domain/stock-batch';
import type { StockChanges } from '../domain/stock-changes';
import type { LedgerFigures } from '../domain/stock-violations';

/** Maps a request id to the product it created, so that a retry finds it. */
export interface ProductCreation {
  readonly requestId: string;
  readonly productId: string;
  /** Digest of the request's content. */
  readonly contentDigest: string;
  readonly createTime: Date;
}

export interface ProductListQuery {
  /** Only products after this one in list order. */
  readonly after: string | undefined;
  readonly availableOnly: boolean;
  readonly limit: number;
}

export interface ProductRepository {
  readonly find: (productId: string) => Promise<Product | undefined>;
  /** Newest first. */
  readonly list: (query: ProductListQuery) => Promise<readonly Product[]>;
  readonly insert: (product: Product) => Promise<void>;
  /** Unknown products are omitted. */
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
 * Runs `work` on one snapshot of the store; its writes become visible atomically. `work` may run
 * several times, because a write conflict restarts it.
 */
export type RunTransaction = <Result>(
  work: (transaction: CatalogTransaction) => Promise<Result>,
) => Promise<Result>;

/** Store of products, holds and adjustments. */
export interface StockStore {
  /**
   * Reads what planning a batch needs. If the returned products exclude the units of a hold, the
   * hold is returned too, so a retry never gets OUT_OF_STOCK.
   */
  readonly read: (requests: readonly StockRequest[]) => Promise<StockSnapshot>;
  /**
   * Like `read`: if the returned products include an adjustment, the adjustment is returned too.
   */
  readonly readProducts: (requests: readonly ProductRequest[]) => Promise<ProductSnapshot>;
  /**
   * Writes all changes, or nothing ("stale") if the store no longer matches the snapshot because
   * another instance wrote first.
   */
  readonly write: (changes: StockChanges) => Promise<'written' | 'stale'>;
}

/** Position of a hold in the list of overdue holds. */
export interface OverdueCursor {
  /** `overdueTime` of the hold. */
  readonly expireTime: Date;
  readonly reservationId: string;
}

export interface HoldRepository {
  /** Holds in state HELD with `overdueTime` at or before `dueAt`, oldest first. */
  readonly listOverdue: (query: {
    readonly dueAt: Date;
    readonly after: OverdueCursor | undefined;
    readonly limit: number;
  }) => Promise<readonly Hold[]>;
}

export interface AuditReader {
  /** Figures of products, ordered by id, from one snapshot. */
  readonly read: (query: {
    readonly after: string | undefined;
    /** Restricts the result to these; undefined means all. */
    readonly productIds: readonly string[] | undefined;
    readonly limit: number;
  }) => Promise<readonly StockFigures[]>;
}

/** Reads the figures that the periodic audit checks, at bounded cost. */
export interface LedgerReader {
  /**
   * Figures of the next products, ordered by id, from one snapshot. `skipped` names the sums that
   * were left out because more holds have that state than may be read.
   */
  readonly read: (query: {
    readonly after: string | undefined;
    readonly limit: number;
  }) => Promise<{
    readonly figures: readonly LedgerFigures[];
    readonly skipped: readonly ('held' | 'sold')[];
  }>;
}
