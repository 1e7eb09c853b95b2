import type { SettleHold } from './settle-hold';

/** Starts to settle a hold in the background. */
export type SettleLater = (...settlement: Parameters<SettleHold>) => void;

/**
 * Settlements that no caller waits for. Their number is limited by the queue of the catalog client,
 * and each ends within its time limit; see `settleHold`.
 */
export interface LaterSettlements {
  readonly settleLater: SettleLater;
  /** Resolves once every settlement that has started has ended. */
  readonly drain: () => Promise<void>;
}

export const createLaterSettlements = (settleHold: SettleHold): LaterSettlements => {
  const underWay = new Set<Promise<void>>();
  return {
    settleLater: (settlement, scope) => {
      const settled = settleHold(settlement, scope).finally(() => underWay.delete(settled));
      underWay.add(settled);
    },
    drain: async () => {
      await Promise.all(underWay);
    },
  };
};
