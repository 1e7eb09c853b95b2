import { Counter, createInvariantMetrics, Gauge, type Metrics } from '@flashreserve/ops';
import type { AuditLook } from '../application/periodic-audit';
import { STOCK_INVARIANTS } from '../domain/stock-violations';

/** Metrics of the periodic audit. */
export interface AuditMetrics {
  readonly onLook: (look: AuditLook) => void;
  readonly onFailure: () => void;
}

export const createAuditMetrics = (metrics: Metrics): AuditMetrics => {
  const registers = [metrics];
  const reportViolation = createInvariantMetrics(metrics, STOCK_INVARIANTS);
  const products = new Counter({
    name: 'flashreserve_audit_products_total',
    help: 'Products checked by the periodic audit.',
    registers,
  });
  const rounds = new Counter({
    name: 'flashreserve_audit_rounds_total',
    help: 'Complete rounds of the periodic audit through all products.',
    registers,
  });
  const failures = new Counter({
    name: 'flashreserve_audit_failures_total',
    help: 'Failed checks of the periodic audit, for example because the store did not answer.',
    registers,
  });
  const skipped = new Counter({
    name: 'flashreserve_audit_skipped_sums_total',
    help: 'Checks in which the periodic audit skipped the HELD holds because there are too many; npm run audit computes their sums.',
    labelNames: ['holds'] as const,
    registers,
  });
  skipped.inc({ holds: 'held' }, 0);
  const lastLook = new Gauge({
    name: 'flashreserve_audit_last_success_timestamp_seconds',
    help: 'When the periodic audit last checked a page of products; 0 if it never has or is disabled.',
    registers,
  });
  return {
    onLook: (look) => {
      products.inc(look.products);
      if (look.endsRound) rounds.inc();
      for (const invariant of look.violations) reportViolation(invariant);
      if (!look.isHeldRead) skipped.inc({ holds: 'held' });
      lastLook.setToCurrentTime();
    },
    onFailure: () => {
      failures.inc();
    },
  };
};
