export { renderReport } from './render-report';
export { type AuditReport, type HoldFinding, isClean, type ProductRow } from './report';
export { type AuditOptions, runAudit } from './run-audit';
