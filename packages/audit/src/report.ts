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
  readonly writtenOff: number;
  /** Units of SOLD holds, without those that came back. */
  readonly soldInHolds: number;
  /** Units that returns wrote off. */
  readonly writtenOffInHolds: number;
  /** Descriptions of the problems; empty if there are none. */
  readonly problems: readonly string[];
}

/** A hold and a reservation that contradict each other. */
export interface HoldFinding {
  readonly reservationId: string;
  readonly problem: string;
}

/** Returns of a product that the ledger lacks. */
export interface LedgerFinding {
  readonly productId: string;
  readonly problem: string;
}

/** Bounded in size, whatever the databases hold. */
export interface AuditReport {
  /** All wrong products up to a maximum, then some of the others. */
  readonly products: readonly ProductRow[];
  readonly productsChecked: number;
  readonly productsWrong: number;
  readonly holdsChecked: number;
  readonly reservationsChecked: number;
  readonly findings: readonly HoldFinding[];
  /**
   * Suspicious holds and reservations that were not looked at again, because there are too many.
   */
  readonly findingsOmitted: number;
  readonly ledgerFindings: readonly LedgerFinding[];
}

export const isClean = (report: AuditReport): boolean =>
  report.findings.length +
    report.findingsOmitted +
    report.productsWrong +
    report.ledgerFindings.length ===
  0;
