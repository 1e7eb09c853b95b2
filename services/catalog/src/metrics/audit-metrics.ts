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
    help: 'Products that the periodic audit has checked.',
    registers,
  });
  const rounds = new Counter({
    name: 'flashreserve_audit_rounds_total',
    help: 'How often the periodic audit went through all products.',
    registers,
  });
  const failures = new Counter({
    name: 'flashreserve_audit_failures_total',
    help: 'Looks of the periodic audit that failed, because the store did not answer for example.',
    registers,
  });
  const skipped = new Counter({
    name: 'flashreserve_audit_skipped_sums_total',
    help: 'Sums of holds that the periodic audit left out because there are too many; npm run audit adds them up.',
    labelNames: ['holds'] as const,
    registers,
  });
  for (const holds of ['held', 'sold']) skipped.inc({ holds }, 0);
  const lastLook = new Gauge({
    name: 'flashreserve_audit_last_success_timestamp_seconds',
    help: 'When the periodic audit last checked a page of products; 0 when it has not yet, or is off.',
    registers,
  });
  return {
    onLook: (look) => {
      products.inc(look.products);
      if (look.endsRound) rounds.inc();
      for (const invariant of look.violations) reportViolation(invariant);
      for (const holds of look.skipped) skipped.inc({ holds });
      lastLook.setToCurrentTime();
    },
    onFailure: () => {
      failures.inc();
    },
  };
};
