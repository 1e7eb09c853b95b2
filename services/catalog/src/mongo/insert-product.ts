import { isDuplicateKey } from '@flashreserve/store';
import type { ClientSession } from 'mongoose';
import { skuTaken } from '../domain/catalog-errors';
import type { Product } from '../domain/product';
import type { CatalogModels } from './models';
import { toProductRecord } from './product.model';

/** @throws DomainError SKU_TAKEN. Product ids are random, so no other key can be taken. */
export const insertProduct = async (
  { products }: Pick<CatalogModels, 'products'>,
  product: Product,
  session: ClientSession | null = null,
): Promise<void> => {
  try {
    await products.insertMany([toProductRecord(product)], { session });
  } catch (error) {
    if (product.sku === undefined || !isDuplicateKey(error)) throw error;
    throw skuTaken(product.sku);
  }
};
