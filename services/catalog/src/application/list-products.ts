import { invalidPageToken } from '@flashreserve/platform/errors';
import { decodePageToken, encodePageToken } from '@flashreserve/platform/validation';
import { z } from 'zod';
import type { Product } from '../domain/product';
import { type Page, toPage } from './page';
import type { ProductRepository } from './ports';

export interface ListProductsQuery {
  readonly pageSize: number;
  readonly pageToken: string;
  readonly availableOnly: boolean;
}

const cursorSchema = z.strictObject({ after: z.uuid(), availableOnly: z.boolean() });

/**
 * Lists products, newest first.
 *
 * @throws DomainError INVALID_PAGE_TOKEN also when the token was made with another filter
 */
export const createListProducts =
  ({ products }: { readonly products: ProductRepository }) =>
  async ({ pageSize, pageToken, availableOnly }: ListProductsQuery): Promise<Page<Product>> => {
    const cursor = decodePageToken(cursorSchema, pageToken);
    if (cursor !== undefined && cursor.availableOnly !== availableOnly) throw invalidPageToken();
    const found = await products.list({
      after: cursor?.after,
      availableOnly,
      limit: pageSize + 1,
    });
    return toPage(found, pageSize, ({ productId }) =>
      encodePageToken({ after: productId, availableOnly }),
    );
  };
