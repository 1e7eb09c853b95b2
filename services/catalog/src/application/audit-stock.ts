import { type Page, toPage } from '@flashreserve/rpc';
import { auditStock, type StockAudit } from '../domain/stock-audit';
import type { AuditReader } from './ports';

export type AuditStock = (query: {
  /** Empty means all products. */
  readonly productIds: readonly string[];
  /** Id of the last product of the previous page. */
  readonly after: string | undefined;
  readonly pageSize: number;
}) => Promise<Page<StockAudit, string>>;

/**
 * Recomputes stock from adjustments and holds and compares it with the counters. Each page is one
 * consistent snapshot. Unknown product ids are omitted.
 */
export const createAuditStock =
  ({ figures }: { readonly figures: AuditReader }): AuditStock =>
  async ({ productIds, after, pageSize }) => {
    const found = await figures.read({
      after,
      productIds: productIds.length === 0 ? undefined : productIds,
      limit: pageSize + 1,
    });
    return toPage(found.map(auditStock), pageSize, ({ productId }) => productId);
  };
