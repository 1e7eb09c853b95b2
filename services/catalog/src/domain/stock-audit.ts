import type { StockLevels } from './product';

/** Stored figures of one product, read from one snapshot. */
export interface StockFigures {
  readonly productId: string;
  readonly counters: StockLevels;
  readonly initialStock: number;
  /** Sum of all adjustments. */
  readonly adjusted: number;
  /** Units in holds that are HELD. */
  readonly heldInHolds: number;
  /** Units in holds that are SOLD, without those that came back. */
  readonly soldInHolds: number;
  /** Units that came back and were written off, by the returns of holds. */
  readonly writtenOffInHolds: number;
}

/** The figures and the verdict on them. */
export interface StockAudit extends StockFigures {
  readonly stocked: number;
  readonly consistent: boolean;
}

/**
 * Consistent means: no counter is negative, the counters match the holds and their returns, and
 * available + held + sold + written off equals the stocked units.
 */
export const auditStock = (figures: StockFigures): StockAudit => {
  const { available, held, sold, writtenOff } = figures.counters;
  const stocked = figures.initialStock + figures.adjusted;
  const consistent =
    available >= 0 &&
    held >= 0 &&
    sold >= 0 &&
    writtenOff >= 0 &&
    held === figures.heldInHolds &&
    sold === figures.soldInHolds &&
    writtenOff === figures.writtenOffInHolds &&
    available + held + sold + writtenOff === stocked;
  return { ...figures, stocked, consistent };
};
