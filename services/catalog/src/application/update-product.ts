import type { Product, ProductChanges } from '../domain/product';
import type { StockWriter } from './stock-writer';

export type UpdateProduct = (
  productId: string,
  changes: ProductChanges,
  deadline: Date,
) => Promise<Product>;

/**
 * Changes a product's name, description or price, never its stock.
 *
 * @throws DomainError PRODUCT_NOT_FOUND
 */
export const createUpdateProduct =
  ({ stock }: { readonly stock: Pick<StockWriter, 'change'> }): UpdateProduct =>
  async (productId, changes, deadline) => {
    const { product } = await stock.change({ kind: 'describe', productId, changes, deadline });
    return product;
  };
