import { invariant } from '@flashreserve/ops';
import { type DomainError, deadlineExceeded } from '@flashreserve/rpc';
import { productChanged, productNotFound, requestIdReused, skuTaken } from './catalog-errors';
import {
  describeProduct,
  isAsExpected,
  mergeChanges,
  type PriceSnapshot,
  type Product,
  type ProductChanges,
  priceSnapshotOf,
} from './product';
import {
  type AdjustmentRequest,
  adjustProduct,
  isSameAdjustment,
  type StockAdjustment,
} from './stock-adjustment';
import { NO_MOVEMENT, noChanges, type StockChanges, sortByProduct } from './stock-changes';

/** An administrator's change to a product: to its stock, or to what describes it. */
export type ProductRequest =
  | { readonly kind: 'adjust'; readonly adjustment: AdjustmentRequest; readonly deadline: Date }
  | {
      readonly kind: 'describe';
      readonly productId: string;
      readonly changes: ProductChanges;
      /** The change is refused unless the product has it; undefined accepts any. */
      readonly expectedRevision?: number | undefined;
      readonly deadline: Date;
    };

export interface ProductResult {
  /** The product right after the request; for a retry, its current state. */
  readonly product: Product;
  /** For "adjust": the adjustment, made by this request or by an earlier one with the same id. */
  readonly adjustment?: StockAdjustment;
}

export type ProductOutcome =
  | { readonly ok: true; readonly value: ProductResult }
  | { readonly ok: false; readonly error: DomainError };

/** The stored products and adjustments that a batch refers to. */
export interface ProductSnapshot {
  /** By product id. A missing entry means that the product does not exist. */
  readonly products: ReadonlyMap<string, Product>;
  /** By adjustment id. */
  readonly adjustments: ReadonlyMap<string, StockAdjustment>;
  /** Product ids by SKU, of the SKUs that requests want to set. */
  readonly skus: ReadonlyMap<string, string>;
}

export interface ProductPlan {
  /** One per request, in order. Valid once the changes are written. */
  readonly outcomes: readonly ProductOutcome[];
  readonly changes: StockChanges;
  /** Available units by product id after the changes. */
  readonly available: ReadonlyMap<string, number>;
  /** What each of these products is sold as after the changes. */
  readonly prices: ReadonlyMap<string, PriceSnapshot>;
}

/** Working copy of the snapshot; the requests of a batch are applied to it one by one. */
interface Book {
  readonly products: Map<string, Product>;
  readonly adjustments: Map<string, StockAdjustment>;
  readonly described: Map<string, ProductChanges>;
  /** A SKU that one request frees stays taken in the batch: the store writes product by product. */
  readonly skus: Map<string, string>;
}

const done = (value: ProductResult): ProductOutcome => ({ ok: true, value });

const refused = (error: DomainError): ProductOutcome => ({ ok: false, error });

const adjust = (book: Book, request: AdjustmentRequest, now: Date): ProductOutcome => {
  const { adjustmentId, productId, requestId, ...content } = request;
  const adjustment: StockAdjustment = { ...content, adjustmentId, productId, createdAt: now };
  const earlier = book.adjustments.get(adjustmentId);
  if (earlier !== undefined && !isSameAdjustment(earlier, adjustment)) {
    return refused(requestIdReused(requestId ?? adjustmentId));
  }
  const product = book.products.get(productId);
  if (product === undefined) return refused(productNotFound(productId));
  if (earlier !== undefined) return done({ product, adjustment: earlier });

  const adjusted = adjustProduct(product, adjustment);
  if (!adjusted.ok) return refused(adjusted.error);
  book.products.set(productId, adjusted.product);
  book.adjustments.set(adjustmentId, adjustment);
  return done({ product: adjusted.product, adjustment });
};

const describe = (
  book: Book,
  { productId, changes, expectedRevision }: Extract<ProductRequest, { kind: 'describe' }>,
  now: Date,
): ProductOutcome => {
  const before = book.products.get(productId);
  if (before === undefined) return refused(productNotFound(productId));
  if (!isAsExpected(before, changes, expectedRevision)) return refused(productChanged(productId));
  const { sku } = changes;
  if (typeof sku === 'string') {
    if ((book.skus.get(sku) ?? productId) !== productId) return refused(skuTaken(sku));
    book.skus.set(sku, productId);
  }
  const product = describeProduct(before, changes, now);
  book.products.set(productId, product);
  book.described.set(productId, mergeChanges(book.described.get(productId), changes));
  return done({ product });
};

const revisionOf = (products: ReadonlyMap<string, Product>, productId: string): number => {
  const product = products.get(productId);
  invariant(product !== undefined, 'A described product was read.');
  return product.revision;
};

const changesOf = (book: Book, snapshot: ProductSnapshot, now: Date): StockChanges => {
  const adjusted = [...book.adjustments.values()].filter(
    ({ adjustmentId }) => !snapshot.adjustments.has(adjustmentId),
  );
  const moved = new Map<string, number>();
  for (const { productId, delta } of adjusted) {
    moved.set(productId, (moved.get(productId) ?? 0) + delta);
  }
  return {
    ...noChanges(now),
    movements: sortByProduct(
      [...moved].map(([productId, available]) => ({ ...NO_MOVEMENT, productId, available })),
    ),
    adjusted,
    described: sortByProduct(
      [...book.described].map(([productId, changes]) => ({
        productId,
        changes,
        revision: {
          before: revisionOf(snapshot.products, productId),
          after: revisionOf(book.products, productId),
        },
      })),
    ),
  };
};

/**
 * Plans a batch of administrators' changes: the outcome of each request, and what to write.
 * Requests are applied in order, as if executed one by one; a refused request changes nothing.
 *
 * A request whose deadline has passed is refused with DEADLINE_EXCEEDED, because its caller has
 * stopped waiting.
 */
export const planProductBatch = (
  requests: readonly ProductRequest[],
  snapshot: ProductSnapshot,
  now: Date,
): ProductPlan => {
  const book: Book = {
    products: new Map(snapshot.products),
    adjustments: new Map(snapshot.adjustments),
    described: new Map(),
    skus: new Map(snapshot.skus),
  };
  const outcomes = requests.map((request) => {
    if (request.deadline <= now) return refused(deadlineExceeded());
    return request.kind === 'adjust'
      ? adjust(book, request.adjustment, now)
      : describe(book, request, now);
  });
  return {
    outcomes,
    changes: changesOf(book, snapshot, now),
    available: new Map([...book.products].map(([id, { available }]) => [id, available])),
    prices: new Map([...book.products].map(([id, product]) => [id, priceSnapshotOf(product)])),
  };
};
