import { decodePageToken, encodePageToken, invalidPageToken } from '@flashreserve/rpc';
import { z } from 'zod';
import type { Product } from '../domain/product';
import { type Page, toPage } from './page';
import type { ProductLists } from './product-lists';

export interface ListProductsQuery {
  readonly pageSize: number;
  readonly pageToken: string;
  readonly availableOnly: boolean;
}

const cursorSchema = z.strictObject({ after: z.uuid(), availableOnly: z.boolean() });

/**
 * Lists products, newest first.
 *
 * @throws DomainError INVALID_PAGE_TOKEN, also if the token belongs to another filter; OVERLOADED,
 *   DEADLINE_EXCEEDED or SHUTTING_DOWN
 */
export const createListProducts =
  ({ lists }: { readonly lists: Pick<ProductLists, 'read'> }) =>
  async (
    { pageSize, pageToken, availableOnly }: ListProductsQuery,
    deadline: Date,
  ): Promise<Page<Product>> => {
    const cursor = decodePageToken(cursorSchema, pageToken);
    if (cursor !== undefined && cursor.availableOnly !== availableOnly) throw invalidPageToken();
    const query = { after: cursor?.after, availableOnly, limit: pageSize + 1 };
    const found = await lists.read(query, deadline);
    return toPage(found, pageSize, ({ productId }) =>
      encodePageToken({ after: productId, availableOnly }),
    );
  };
