import type { HistoryFacts } from './facts';
import { unitsByProduct } from './lines';
import type { Store, StoredHold } from './store';

/** Units by product in holds of one state, summed from the holds. */
export const unitsInHolds = (
  { holds }: Store,
  state: StoredHold['state'],
): ReadonlyMap<string, number> => {
  const units = new Map<string, number>();
  for (const hold of holds.values()) {
    if (hold.state !== state) continue;
    for (const { productId, quantity } of hold.lines) {
      units.set(productId, (units.get(productId) ?? 0) + quantity);
    }
  }
  return units;
};

/** Units by product that came back to holds, and of them those that were written off. */
export const returnedInHolds = ({
  holds,
}: Store): {
  readonly all: ReadonlyMap<string, number>;
  readonly writtenOff: ReadonlyMap<string, number>;
} => {
  const returns = [...holds.values()].flatMap((hold) => hold.returns);
  const writtenOff = returns.filter(({ writeOff }) => writeOff);
  return {
    all: unitsByProduct(returns.flatMap(({ lines }) => lines)),
    writtenOff: unitsByProduct(writtenOff.flatMap(({ lines }) => lines)),
  };
};

/** Sum of the stored adjustments by product. */
export const adjustedUnits = ({ adjustments }: Store): ReadonlyMap<string, number> => {
  const units = new Map<string, number>();
  for (const { productId, delta } of adjustments) {
    units.set(productId, (units.get(productId) ?? 0) + delta);
  }
  return units;
};

/** Outcome of one adjustment, whatever the number of attempts. */
export interface AdjustmentOutcome {
  readonly productId: string;
  readonly delta: number;
  readonly outcome: 'ok' | 'refused' | 'unknown';
}

/**
 * Attempts with one key are one adjustment: applied if any attempt succeeded, and unknown while an
 * attempt without a response may still arrive after a refused one.
 */
export const adjustmentOutcomes = ({
  adjustments,
}: Pick<HistoryFacts, 'adjustments'>): readonly AdjustmentOutcome[] => {
  const certainty = { refused: 0, unknown: 1, ok: 2 } as const;
  const byKey = new Map<string, AdjustmentOutcome>();
  for (const { key, productId, delta, outcome } of adjustments) {
    const known = byKey.get(key)?.outcome ?? 'refused';
    const better = certainty[outcome] >= certainty[known] ? outcome : known;
    byKey.set(key, { productId, delta, outcome: better });
  }
  return [...byKey.values()];
};
