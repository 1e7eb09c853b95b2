import { MongoClient } from 'mongodb';
import { auditPairs } from './audit-pairs';
import { auditProducts } from './audit-products';
import { auditReturns } from './audit-returns';
import type { AuditReport } from './report';
import { createRetentionRule, DEFAULT_RETENTION, type RetentionDays } from './retention-rule';

export interface AuditOptions {
  readonly mongoUri: string;
  /** MONGO_DB_PREFIX of the stack. */
  readonly dbPrefix: string;
  /** How long past its expiry a hold may still be HELD: one sweep interval plus a few seconds. */
  readonly overdueGraceMs: number;
  /** The stack's settings; defaults to their defaults. */
  readonly retention?: RetentionDays;
}

/**
 * Recomputes every product's stock from adjustments, ledger and holds, and checks each hold and its
 * returns against its reservation. Reads both databases directly, page by page, and shares no code
 * with the services. Can run during live traffic.
 */
export const runAudit = async (options: AuditOptions): Promise<AuditReport> => {
  const { retention = DEFAULT_RETENTION } = options;
  const client = new MongoClient(options.mongoUri, {
    serverSelectionTimeoutMS: 5_000,
    readConcernLevel: 'majority',
  });
  try {
    await client.connect();
    const databases = {
      catalog: client.db(`${options.dbPrefix}_catalog`),
      reservation: client.db(`${options.dbPrefix}_reservation`),
    };
    const products = await auditProducts(client, databases.catalog);
    const pairs = await auditPairs(databases, {
      overdueBefore: Date.now() - options.overdueGraceMs,
      retention: createRetentionRule(retention),
    });
    const ledgerFindings = await auditReturns(databases.catalog, pairs.returned);
    return {
      products: products.rows,
      productsChecked: products.checked,
      productsWrong: products.wrong,
      holdsChecked: pairs.checked.holds,
      reservationsChecked: pairs.checked.reservations,
      findings: pairs.findings,
      findingsOmitted: pairs.omitted,
      ledgerFindings,
    };
  } finally {
    await client.close();
  }
};
