import type { Clock } from '@flashreserve/platform/clock';
import { productNotFound } from '../domain/catalog-errors';
import type { Product, ProductChanges } from '../domain/product';
import type { ProductRepository } from './ports';

/**
 * Changes describing fields, never stock.
 *
 * @throws DomainError PRODUCT_NOT_FOUND
 */
export const createUpdateProduct =
  (deps: { readonly products: ProductRepository; readonly clock: Clock }) =>
  async (productId: string, changes: ProductChanges): Promise<Product> => {
    const product = await deps.products.update(productId, changes, deps.clock.now());
    if (product === undefined) throw productNotFound(productId);
    return product;
  };
