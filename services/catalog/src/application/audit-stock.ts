import { createHash } from 'node:crypto';
import { decodePageToken, encodePageToken, invalidPageToken } from '@flashreserve/rpc';
import { z } from 'zod';
import { auditStock, type StockAudit } from '../domain/stock-audit';
import { type Page, toPage } from './page';
import type { AuditReader } from './ports';

export interface AuditStockQuery {
  /** Empty means all products. */
  readonly productIds: readonly string[];
  readonly pageSize: number;
  readonly pageToken: string;
}

const cursorSchema = z.strictObject({ after: z.uuid(), filter: z.string() });

/** Represents the filter in page tokens, which must stay short. */
const digestOf = (productIds: readonly string[]): string =>
  createHash('sha256')
    .update([...productIds].sort().join())
    .digest('base64url');

/**
 * Recomputes stock from adjustments and holds and compares it with the counters. Each page is one
 * consistent snapshot. Unknown product ids are omitted.
 *
 * @throws DomainError INVALID_PAGE_TOKEN, also if the token belongs to other products
 */
export const createAuditStock =
  ({ figures }: { readonly figures: AuditReader }) =>
  async ({ productIds, pageSize, pageToken }: AuditStockQuery): Promise<Page<StockAudit>> => {
    const filter = digestOf(productIds);
    const cursor = decodePageToken(cursorSchema, pageToken);
    if (cursor !== undefined && cursor.filter !== filter) throw invalidPageToken();
    const found = await figures.read({
      after: cursor?.after,
      productIds: productIds.length === 0 ? undefined : productIds,
      limit: pageSize + 1,
    });
    return toPage(found.map(auditStock), pageSize, (last) =>
      encodePageToken({ after: last.productId, filter }),
    );
  };
