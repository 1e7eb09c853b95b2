import type { Product, ProductChanges } from '../domain/product';
import type { StockWriter } from './stock-writer';

export type UpdateProduct = (
  productId: string,
  change: {
    readonly changes: ProductChanges;
    /** The change is made only if the product has it; undefined accepts any. */
    readonly expectedRevision: number | undefined;
  },
  deadline: Date,
) => Promise<Product>;

/**
 * Changes what describes a product, never its stock.
 *
 * @throws DomainError PRODUCT_NOT_FOUND, PRODUCT_CHANGED, SKU_TAKEN
 */
export const createUpdateProduct =
  ({ stock }: { readonly stock: Pick<StockWriter, 'change'> }): UpdateProduct =>
  async (productId, { changes, expectedRevision }, deadline) => {
    const { product } = await stock.change({
      kind: 'describe',
      productId,
      changes,
      expectedRevision,
      deadline,
    });
    return product;
  };
