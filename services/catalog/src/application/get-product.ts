import { productNotFound } from '../domain/catalog-errors';
import type { Product } from '../domain/product';
import type { ProductRepository } from './ports';

/** @throws DomainError PRODUCT_NOT_FOUND */
export const createGetProduct =
  ({ products }: { readonly products: ProductRepository }) =>
  async (productId: string): Promise<Product> => {
    const product = await products.find(productId);
    if (product === undefined) throw productNotFound(productId);
    return product;
  };
