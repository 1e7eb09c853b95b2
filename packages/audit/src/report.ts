/** One product: its counters beside what adjustments and holds add up to. */
export interface ProductRow {
  readonly productId: string;
  readonly name: string;
  /** Initial stock plus all adjustments. */
  readonly stocked: number;
  readonly available: number;
  readonly held: number;
  readonly sold: number;
  /** Units in holds that are HELD. */
  readonly heldInHolds: number;
  /** Units in holds that are SOLD. */
  readonly soldInHolds: number;
  /** What is wrong, in words; empty when nothing is. */
  readonly problems: readonly string[];
}

/** A hold and a reservation that do not fit together. */
export interface HoldFinding {
  readonly reservationId: string;
  readonly problem: string;
}

export interface AuditReport {
  readonly products: readonly ProductRow[];
  readonly holdsChecked: number;
  readonly reservationsChecked: number;
  readonly findings: readonly HoldFinding[];
}

export const isClean = (report: AuditReport): boolean =>
  report.findings.length === 0 && report.products.every(({ problems }) => problems.length === 0);
