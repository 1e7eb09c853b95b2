import type { StockFigures } from './stock-audit';

/** Invariants of every product's stock at all times. */
export const STOCK_INVARIANTS = [
  /** No counter is negative. */
  'negative_counter',
  /** Held, sold and written-off units together never exceed the stocked units. */
  'oversold',
  /** Available, held, sold and written-off units add up to the stocked units. */
  'units_do_not_add_up',
  /** The counter of held units matches the holds. */
  'held_differs_from_holds',
  /** The counter of sold units matches the holds and their returns. */
  'sold_differs_from_holds',
  /** The counter of written-off units matches the returns of holds. */
  'written_off_differs_from_holds',
] as const;

export type StockInvariant = (typeof STOCK_INVARIANTS)[number];

/** Figures whose sum of HELD holds may be missing, because there were too many to add up. */
export interface LedgerFigures extends Omit<StockFigures, 'heldInHolds'> {
  readonly heldInHolds: number | undefined;
}

/** Returns the invariants that a product violates. An unknown sum violates none. */
export const findViolations = (figures: LedgerFigures): readonly StockInvariant[] => {
  const { counters, heldInHolds, soldInHolds, writtenOffInHolds } = figures;
  const { available, held, sold, writtenOff } = counters;
  const stocked = figures.initialStock + figures.adjusted;
  const handedOut = (heldInHolds ?? held) + soldInHolds + writtenOffInHolds;
  const broken: Readonly<Record<StockInvariant, boolean>> = {
    negative_counter: Math.min(available, held, sold, writtenOff) < 0,
    oversold: handedOut > stocked,
    units_do_not_add_up: available + held + sold + writtenOff !== stocked,
    held_differs_from_holds: heldInHolds !== undefined && held !== heldInHolds,
    sold_differs_from_holds: sold !== soldInHolds,
    written_off_differs_from_holds: writtenOff !== writtenOffInHolds,
  };
  return STOCK_INVARIANTS.filter((invariant) => broken[invariant]);
};
