export { isReconciled, renderReconcile } from './reconcile/render-reconcile';
export {
  type ReconcileOptions,
  type ReconcileReport,
  runReconcile,
} from './reconcile/run-reconcile';
export { renderReport } from './render-report';
export { type AuditReport, type HoldFinding, isClean, type ProductRow } from './report';
export type { RetentionDays } from './retention-rule';
export { type AuditOptions, runAudit } from './run-audit';
