import { isSameMetadata, type Metadata } from '@flashreserve/contracts';

export interface Money {
  /** Amount in the currency's ISO 4217 minor unit. */
  readonly minorUnits: number;
  /** ISO 4217 code. */
  readonly currencyCode: string;
}

/** What a product is sold as. Holds keep a copy of it from the moment when units are taken. */
export interface PriceSnapshot {
  readonly unitPrice: Money;
  readonly name: string;
  readonly sku?: string;
}

/**
 * Counters of a product's units. `available + held + sold + writtenOff` equals all units ever
 * stocked.
 */
export interface StockLevels {
  /** Can be reserved now; never negative. */
  readonly available: number;
  /** Held for pending reservations. */
  readonly held: number;
  /** Sold with confirmed reservations, and not returned. */
  readonly sold: number;
  /** Returned, and not on sale again. */
  readonly writtenOff: number;
}

/** A product and its stock. */
export interface Product extends StockLevels {
  readonly productId: string;
  readonly name: string;
  readonly description: string;
  readonly price: Money;
  /** The shop's own id, unique among all products. */
  readonly sku?: string | undefined;
  readonly metadata?: Metadata | undefined;
  /** Counts the changes of everything that `ProductChanges` names, from 1. */
  readonly revision: number;
  /**
   * Units at creation. Plus the sum of all adjustments, this is the number of units ever stocked.
   */
  readonly initialStock: number;
  readonly createdAt: Date;
  /** When a field of `ProductChanges` or the stock last changed. */
  readonly updatedAt: Date;
}

/** What a product is sold as now. */
export const priceSnapshotOf = ({
  price,
  name,
  sku,
}: Pick<Product, 'price' | 'name'> & { readonly sku?: string | undefined }): PriceSnapshot =>
  sku === undefined ? { unitPrice: price, name } : { unitPrice: price, name, sku };

/** The fields that an administrator may change; absent fields stay unchanged. */
export interface ProductChanges {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly price?: Money | undefined;
  /** Null removes it. */
  readonly sku?: string | null | undefined;
  /** Replace all earlier ones. */
  readonly metadata?: Metadata | undefined;
}

/** Merges two changes; where both set a field, the later one wins. */
export const mergeChanges = (
  earlier: ProductChanges | undefined,
  later: ProductChanges,
): ProductChanges => ({
  name: later.name ?? earlier?.name,
  description: later.description ?? earlier?.description,
  price: later.price ?? earlier?.price,
  sku: later.sku === undefined ? earlier?.sku : later.sku,
  metadata: later.metadata ?? earlier?.metadata,
});

/** Whether the product already is as the changes would make it. */
const isDescribedAs = (product: Product, changes: ProductChanges): boolean => {
  const { name, description, price, sku, metadata } = changes;
  return (
    (name === undefined || name === product.name) &&
    (description === undefined || description === product.description) &&
    (price === undefined ||
      (price.minorUnits === product.price.minorUnits &&
        price.currencyCode === product.price.currencyCode)) &&
    (sku === undefined || (sku ?? undefined) === product.sku) &&
    (metadata === undefined || isSameMetadata(metadata, product.metadata))
  );
};

/**
 * Whether the product may be changed by somebody who saw it at this revision. Also if exactly this
 * change was made since: the request is a retry of it (RFC 9110, 13.1.1).
 */
export const isAsExpected = (
  product: Product,
  changes: ProductChanges,
  expectedRevision: number | undefined,
): boolean =>
  expectedRevision === undefined ||
  product.revision === expectedRevision ||
  (product.revision === expectedRevision + 1 && isDescribedAs(product, changes));

/** Returns the product with the changes applied. Stock is unchanged. */
export const describeProduct = (
  product: Product,
  changes: ProductChanges,
  updatedAt: Date,
): Product => {
  const { name, description, price, sku, metadata } = changes;
  return {
    ...product,
    name: name ?? product.name,
    description: description ?? product.description,
    price: price ?? product.price,
    sku: sku === undefined ? product.sku : (sku ?? undefined),
    metadata: metadata ?? product.metadata,
    revision: isDescribedAs(product, changes) ? product.revision : product.revision + 1,
    updatedAt,
  };
};
