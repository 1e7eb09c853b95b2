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
  readonly createdAt: Date;
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
  /** @throws DomainError SKU_TAKEN */
  readonly insert: (product: Product) => Promise<void>;
  /** Unknown products are omitted. */
  readonly findStockLevels: (
    productIds: readonly string[],
  ) => Promise<ReadonlyMap<string, StockLevels>>;
}

/** Reads and writes of one transaction. */
export interface CatalogTransaction {
  readonly findProduct: (productId: string) => Promise<Product | undefined>;
  /** @throws DomainError SKU_TAKEN */
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
   * Also finds the products that have the SKUs which requests set.
   */
  readonly readProducts: (requests: readonly ProductRequest[]) => Promise<ProductSnapshot>;
  /**
   * Writes all changes, or nothing ("stale") if the store no longer matches the snapshot because
   * another instance wrote first, or described a product that is described or sold here.
   */
  readonly write: (changes: StockChanges) => Promise<'written' | 'stale'>;
}

/** Position of a hold in the list of overdue holds. */
export interface OverdueCursor {
  readonly overdueAt: Date;
  readonly reservationId: string;
}

export interface HoldRepository {
  /** Holds in state HELD with `overdueAt` at or before `dueAt`, oldest first. */
  readonly listOverdue: (query: {
    readonly dueAt: Date;
    readonly after: OverdueCursor | undefined;
    readonly limit: number;
  }) => Promise<readonly Hold[]>;
  /** Moves `overdueAt` forward to this time if the hold is HELD. */
  readonly postpone: (reservationId: string, overdueAt: Date) => Promise<void>;
}

/** Which old documents to handle, and how many at most. */
export interface OldDocuments {
  readonly before: Date;
  readonly limit: number;
}

/**
 * Folds and deletes old documents. Every function handles the oldest first and returns how many it
 * found.
 */
export interface RetentionStore {
  /**
   * Adds the units of sold holds to the stock ledger and marks the holds as folded, in one
   * transaction. Nothing is written if another instance folded one of them first.
   */
  readonly foldSold: (query: { readonly now: Date; readonly limit: number }) => Promise<number>;
  /** Deletes holds that were released before this time. */
  readonly deleteReleased: (query: OldDocuments) => Promise<number>;
  /** Deletes holds that were folded before this time. */
  readonly deleteFolded: (query: OldDocuments) => Promise<number>;
  /** Deletes records of product creations; a later retry creates another product. */
  readonly deleteCreations: (query: OldDocuments) => Promise<number>;
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
   * Figures of the next products, ordered by id, from one snapshot. `isHeldRead` is false if there
   * are too many HELD holds to add up.
   */
  readonly read: (query: {
    readonly after: string | undefined;
    readonly limit: number;
  }) => Promise<{
    readonly figures: readonly LedgerFigures[];
    readonly isHeldRead: boolean;
  }>;
}
