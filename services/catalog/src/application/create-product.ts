import { createHash } from 'node:crypto';
import type { Metadata } from '@flashreserve/contracts';
import { type Clock, invariant, newId } from '@flashreserve/ops';
import { requestIdReused } from '../domain/catalog-errors';
import type { Money, Product } from '../domain/product';
import type { ProductRepository, RunTransaction } from './ports';

export interface NewProduct {
  readonly name: string;
  readonly description: string;
  readonly price: Money;
  readonly initialStock: number;
  readonly sku?: string | undefined;
  readonly metadata?: Metadata | undefined;
}

export interface CreateProductCommand extends NewProduct {
  /** Idempotency key. */
  readonly requestId: string | undefined;
}

export type CreateProduct = (command: CreateProductCommand) => Promise<Product>;

/** Without SKU and metadata it is the digest of the versions that had neither. */
const digestOf = (content: NewProduct): string => {
  const { name, description, price, initialStock, sku, metadata = [] } = content;
  const added = sku === undefined && metadata.length === 0 ? [] : [sku ?? null, metadata];
  return createHash('sha256')
    .update(
      JSON.stringify([
        name,
        description,
        price.minorUnits,
        price.currencyCode,
        initialStock,
        ...added,
      ]),
    )
    .digest('base64url');
};

const toProduct = (content: NewProduct, now: Date): Product => ({
  ...content,
  productId: newId(),
  available: content.initialStock,
  held: 0,
  sold: 0,
  writtenOff: 0,
  revision: 1,
  createdAt: now,
  updatedAt: now,
});

/**
 * Creates a product. A retry with the same request id and content returns the product that the
 * first call created, in its current state.
 *
 * @throws DomainError REQUEST_ID_REUSED, SKU_TAKEN
 */
export const createCreateProduct = (deps: {
  readonly products: ProductRepository;
  readonly runTransaction: RunTransaction;
  readonly clock: Clock;
}): CreateProduct => {
  const createOnce = (requestId: string, product: Product): Promise<Product> =>
    deps.runTransaction(async (transaction) => {
      const contentDigest = digestOf(product);
      const earlier = await transaction.findCreation(requestId);
      if (earlier === undefined) {
        const { productId, createdAt } = product;
        await transaction.insertCreation({ requestId, productId, contentDigest, createdAt });
        await transaction.insertProduct(product);
        return product;
      }
      if (earlier.contentDigest !== contentDigest) throw requestIdReused(requestId);
      const existing = await transaction.findProduct(earlier.productId);
      invariant(existing !== undefined, 'A product exists if the record of its creation does.');
      return existing;
    });

  return async ({ requestId, ...content }) => {
    const product = toProduct(content, deps.clock.now());
    if (requestId !== undefined) return createOnce(requestId, product);
    await deps.products.insert(product);
    return product;
  };
};
