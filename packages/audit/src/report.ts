/** A product's counters beside the sums of its adjustments and holds. */
export interface ProductRow {
  readonly productId: string;
  readonly name: string;
  /** Initial stock plus all adjustments. */
  readonly stocked: number;
  readonly available: number;
  readonly held: number;
  readonly sold: number;
  /** Units of HELD holds. */
  readonly heldInHolds: number;
  /** Units of SOLD holds. */
  readonly soldInHolds: number;
  /** Descriptions of the problems; empty if there are none. */
  readonly problems: readonly string[];
}

/** A hold and a reservation that contradict each other. */
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
