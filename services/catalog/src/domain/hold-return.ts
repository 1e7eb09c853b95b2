import { areSameLines, type StockLine } from './stock-line';

/** Units of a sold hold that come back. */
export interface ReturnContent {
  /** Makes the return idempotent. */
  readonly returnId: string;
  /** Normalized by `sumLines`. */
  readonly lines: readonly StockLine[];
  /** Whether the units are written off; otherwise they are on sale again. */
  readonly writeOff: boolean;
  readonly reason: string;
}

/** Units that came back. Never changes. */
export interface HoldReturn extends ReturnContent {
  readonly createdAt: Date;
}

/** A request to take back units of a hold. */
export interface ReturnRequest extends ReturnContent {
  readonly reservationId: string;
}

/** Whether both have the same content, regardless of their time. */
export const isSameReturn = (a: ReturnContent, b: ReturnContent): boolean =>
  a.writeOff === b.writeOff && a.reason === b.reason && areSameLines(a.lines, b.lines);

const unitsOf = (productId: string, lines: readonly StockLine[]): number =>
  lines.find((line) => line.productId === productId)?.quantity ?? 0;

/** Units of a product that were sold with a hold and have not come back. */
export const returnableUnits = (
  hold: { readonly lines: readonly StockLine[]; readonly returns?: readonly HoldReturn[] },
  productId: string,
): number =>
  (hold.returns ?? []).reduce(
    (left, { lines }) => left - unitsOf(productId, lines),
    unitsOf(productId, hold.lines),
  );
