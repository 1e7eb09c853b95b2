/** A price. */
export interface Money {
  /** Amount in the currency's smallest unit. */
  readonly minorUnits: number;
  /** ISO 4217 code. */
  readonly currencyCode: string;
}

/** Where a product's units are. `available + held + sold` is all that was ever stocked. */
export interface StockLevels {
  /** Can be reserved now; never below zero. */
  readonly available: number;
  /** Kept for pending reservations. */
  readonly held: number;
  /** Went with confirmed reservations. */
  readonly sold: number;
}

/** Something that is sold, with its stock. */
export interface Product extends StockLevels {
  readonly productId: string;
  readonly name: string;
  readonly description: string;
  readonly price: Money;
  /** Units it was created with. With all adjustments added: what was ever stocked. */
  readonly initialStock: number;
  readonly createTime: Date;
  /** When a describing field or the stock last changed. */
  readonly updateTime: Date;
}

/** What an administrator may change of a product; a field that is absent stays as it is. */
export interface ProductChanges {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly price?: Money | undefined;
}

/** Both changes as one; where both change a field, the later one counts. */
export const mergeChanges = (
  earlier: ProductChanges | undefined,
  later: ProductChanges,
): ProductChanges => ({
  name: later.name ?? earlier?.name,
  description: later.description ?? earlier?.description,
  price: later.price ?? earlier?.price,
});

/** The product after the changes. Its stock stays as it is. */
export const describeProduct = (
  product: Product,
  { name, description, price }: ProductChanges,
  updateTime: Date,
): Product => ({
  ...product,
  name: name ?? product.name,
  description: description ?? product.description,
  price: price ?? product.price,
  updateTime,
});
