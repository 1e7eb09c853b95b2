export interface Money {
  /** Amount in the currency's ISO 4217 minor unit. */
  readonly minorUnits: number;
  /** ISO 4217 code. */
  readonly currencyCode: string;
}

/** Counters of a product's units. `available + held + sold` equals all units ever stocked. */
export interface StockLevels {
  /** Can be reserved now; never negative. */
  readonly available: number;
  /** Held for pending reservations. */
  readonly held: number;
  /** Sold with confirmed reservations. */
  readonly sold: number;
}

/** A product and its stock. */
export interface Product extends StockLevels {
  readonly productId: string;
  readonly name: string;
  readonly description: string;
  readonly price: Money;
  /**
   * Units at creation. Plus the sum of all adjustments, this is the number of units ever stocked.
   */
  readonly initialStock: number;
  readonly createdAt: Date;
  /** When the name, the description, the price or the stock last changed. */
  readonly updatedAt: Date;
}

/** The fields that an administrator may change; absent fields stay unchanged. */
export interface ProductChanges {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly price?: Money | undefined;
}

/** Merges two changes; where both set a field, the later one wins. */
export const mergeChanges = (
  earlier: ProductChanges | undefined,
  later: ProductChanges,
): ProductChanges => ({
  name: later.name ?? earlier?.name,
  description: later.description ?? earlier?.description,
  price: later.price ?? earlier?.price,
});

/** Returns the product with the changes applied. Stock is unchanged. */
export const describeProduct = (
  product: Product,
  { name, description, price }: ProductChanges,
  updatedAt: Date,
): Product => ({
  ...product,
  name: name ?? product.name,
  description: description ?? product.description,
  price: price ?? product.price,
  updatedAt,
});
