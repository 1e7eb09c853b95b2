import type { HoldState, SettledState } from '../domain/hold';
import type { StockWriter } from './stock-writer';

/** What became of one hold. */
export interface HoldSettlement {
  readonly reservationId: string;
  /** The state after the call; undefined when there is no such hold. */
  readonly state: HoldState | undefined;
  /** True when this call changed it. */
  readonly changed: boolean;
}

/**
 * Settles holds in one way: RELEASED puts their units back on sale, SOLD makes them sales. A hold is settled at
 * most once; one that is settled already, or does not exist, is left as it is. One answer for each distinct id.
 */
export const createSettleHolds =
  ({ stock, into }: { readonly stock: Pick<StockWriter, 'submit'>; readonly into: SettledState }) =>
  (reservationIds: readonly string[], deadline: Date): Promise<readonly HoldSettlement[]> =>
    Promise.all(
      [...new Set(reservationIds)].map(async (reservationId) => {
        const { hold, changed } = await stock.submit({
          kind: 'settle',
          reservationId,
          into,
          deadline,
        });
        return { reservationId, state: hold?.state, changed };
      }),
    );
