import type { AuditReport } from '@flashreserve/audit';

const SHOWN_MAX = 20;

/** The first problems of an audit, one sentence each. */
export const findAuditProblems = (report: AuditReport): readonly string[] =>
  [
    ...report.products.flatMap(({ name, productId, problems }) =>
      problems.map((problem) => `${name} ${productId}: ${problem}`),
    ),
    ...report.findings.map(({ reservationId, problem }) => `${reservationId}: ${problem}`),
  ].slice(0, SHOWN_MAX);
