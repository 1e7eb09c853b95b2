import { STOCK_LIMITS } from '@flashreserve/contracts';
import type { CatalogServiceClient } from '@flashreserve/contracts/catalog';
import type { ServiceTokenSource } from '@flashreserve/identity';
import { invariant, newId, systemClock } from '@flashreserve/ops';
import {
  callUnary,
  createGroupCommit,
  createGroupsByHome,
  type EntryOutcome,
  type GroupCommit,
  type GroupObserver,
  type Homes,
} from '@flashreserve/rpc';
import type { HoldState } from '../application/ports';
import { STATE_BY_WIRE } from './hold-states';

/**
 * A slower call no longer blocks the next one. Settling is idempotent, so calls may overtake each
 * other.
 */
const SETTLE_YIELD_AFTER_MS = 250;
/**
 * Pause between two batches. It makes those of sales larger, which run in the background: each is a
 * transaction on products that are being sold, and costs the same for any number of holds. A
 * release has a caller that waits.
 */
const REST_MS = { commitStock: 200, restoreStock: 0 } as const;

/** A settlement request in a batch. */
export interface SettlementWish {
  readonly reservationId: string;
  /** Product of the hold, or any key if its lines are not known. */
  readonly homeKey: string;
  readonly requestId: string;
}

export type SettleMethod = 'commitStock' | 'restoreStock';

/** Batches settlements with one verdict into calls to the homes of their products. */
export const createSettlementCalls = (
  method: SettleMethod,
  deps: {
    readonly client: CatalogServiceClient;
    readonly homes: Homes;
    readonly serviceToken: ServiceTokenSource;
    readonly observe: GroupObserver;
  },
): GroupCommit<SettlementWish, HoldState | undefined> => {
  const { client, homes, serviceToken, observe } = deps;
  const settle = async (
    wishes: readonly SettlementWish[],
    deadline: Date,
  ): Promise<EntryOutcome<HoldState | undefined>[]> => {
    const credential = await serviceToken(deadline);
    const reservationIds = [...new Set(wishes.map((wish) => wish.reservationId))];
    const { settlements } = await callUnary(
      client,
      method,
      { reservationIds },
      {
        requestId: wishes.length === 1 ? wishes[0]?.requestId : newId(),
        deadline,
        homeKey: wishes[0]?.homeKey,
        ...credential,
      },
    );
    const states = new Map(settlements.map((found) => [found.reservationId, found.state]));
    return wishes.map(({ reservationId }) => {
      const state = states.get(reservationId);
      invariant(state !== undefined, 'Catalog omitted a settlement.');
      return { ok: true, value: STATE_BY_WIRE[state] };
    });
  };
  return createGroupsByHome<SettlementWish, HoldState | undefined>({
    homes,
    keyOf: ({ homeKey }) => homeKey,
    observe,
    createGroup: (observeGroup) =>
      createGroupCommit<SettlementWish, HoldState | undefined>({
        name: method,
        commit: settle,
        clock: systemClock,
        maxBatchSize: STOCK_LIMITS.settlementIdsMax,
        yieldAfterMs: SETTLE_YIELD_AFTER_MS,
        restMs: REST_MS[method],
        observe: observeGroup,
      }),
  });
};
