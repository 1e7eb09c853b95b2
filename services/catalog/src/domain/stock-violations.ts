import type { StockFigures } from './stock-audit';

/** What must hold for every product at every moment. */
export const STOCK_INVARIANTS = [
  /** No counter is below zero. */
  'negative_counter',
  /** No more units are held and sold than were ever stocked. */
  'oversold',
  /** Available, held and sold units add up to what was stocked. */
  'units_do_not_add_up',
  /** The counter of held units is what the holds say. */
  'held_differs_from_holds',
  /** The counter of sold units is what the holds say. */
  'sold_differs_from_holds',
] as const;

export type StockInvariant = (typeof STOCK_INVARIANTS)[number];

/** Figures of which the sums of holds may be missing, because there were too many to add up. */
export interface LedgerFigures extends Omit<StockFigures, 'heldInHolds' | 'soldInHolds'> {
  readonly heldInHolds: number | undefined;
  readonly soldInHolds: number | undefined;
}

/** The invariants that a product breaks. What is not known breaks none. */
export const findViolations = (figures: LedgerFigures): readonly StockInvariant[] => {
  const { counters, heldInHolds, soldInHolds } = figures;
  const { available, held, sold } = counters;
  const stocked = figures.initialStock + figures.adjusted;
  const handedOut = (heldInHolds ?? held) + (soldInHolds ?? sold);
  const broken: Readonly<Record<StockInvariant, boolean>> = {
    negative_counter: Math.min(available, held, sold) < 0,
    oversold: handedOut > stocked,
    units_do_not_add_up: available + held + sold !== stocked,
    held_differs_from_holds: heldInHolds !== undefined && held !== heldInHolds,
    sold_differs_from_holds: soldInHolds !== undefined && sold !== soldInHolds,
  };
  return STOCK_INVARIANTS.filter((invariant) => broken[invariant]);
};
