import type { ComponentBase } from '@flashreserve/ops';
import type { Connection } from 'mongoose';
import { createPeriodicAudit } from './application/periodic-audit';
import type { CatalogConfig } from './config';
import type { CatalogMetrics } from './metrics/catalog-metrics';
import { createLedgerReader } from './mongo/ledger.reader';
import type { CatalogModels } from './mongo/models';

/** Starts the periodic audit unless AUDIT_INTERVAL_SECONDS turns it off. */
export const startAudit = (
  { config, log, lifecycle }: ComponentBase<CatalogConfig>,
  deps: {
    readonly connection: Connection;
    readonly models: CatalogModels;
    readonly measure: CatalogMetrics;
  },
): void => {
  if (config.AUDIT_INTERVAL_SECONDS === 0) return;
  const audit = createPeriodicAudit({
    ledger: createLedgerReader(deps.connection, deps.models),
    intervalMs: config.AUDIT_INTERVAL_SECONDS * 1_000,
    log,
    ...deps.measure.audit,
  });
  lifecycle.onStop('audit', audit.stop);
  audit.start();
};
