import type { RequestScope } from './ports';
import type { SettleHold } from './settle-hold';

/**
 * Settlements that no caller waits for. Their number is limited by the queue of the catalog client,
 * or by a maximum of its own, and each ends within its time limit.
 */
export interface LaterSettlements<Settlement> {
  /** Starts to settle in the background. */
  readonly settleLater: (settlement: Settlement, scope: RequestScope) => void;
  /** Resolves once every settlement that has started has ended. */
  readonly drain: () => Promise<void>;
}

/** Starts to settle a hold in the background. */
export type SettleLater = LaterSettlements<Parameters<SettleHold>[0]>['settleLater'];

/**
 * @param settle must not reject
 * @param max beyond it nothing is started; only for what a recovery settles anyway
 */
export const createLaterSettlements = <Settlement>(
  settle: (settlement: Settlement, scope: RequestScope) => Promise<void>,
  max = Number.POSITIVE_INFINITY,
): LaterSettlements<Settlement> => {
  const underWay = new Set<Promise<void>>();
  return {
    settleLater: (settlement, scope) => {
      if (underWay.size >= max) return;
      const settled = settle(settlement, scope).finally(() => underWay.delete(settled));
      underWay.add(settled);
    },
    drain: async () => {
      await Promise.all(underWay);
    },
  };
};
