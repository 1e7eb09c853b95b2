import type { HoldState, SettledState } from '../domain/hold';
import type { StockWriter } from './stock-writer';

/** Outcome of settling one hold. */
export interface HoldSettlement {
  readonly reservationId: string;
  /** The state after the call; undefined if the hold does not exist. */
  readonly state: HoldState | undefined;
  /** Whether this call changed it. */
  readonly changed: boolean;
}

export type SettleHolds = (
  reservationIds: readonly string[],
  deadline: Date,
) => Promise<readonly HoldSettlement[]>;

/**
 * Settles holds into one state: RELEASED puts their units back on sale, SOLD makes them sales. A
 * hold is settled at most once; a hold that is already settled or does not exist is left unchanged.
 * Returns one settlement per distinct id.
 */
export const createSettleHolds =
  (deps: {
    readonly stock: Pick<StockWriter, 'submit'>;
    readonly into: SettledState;
  }): SettleHolds =>
  (reservationIds, deadline) =>
    Promise.all(
      [...new Set(reservationIds)].map(async (reservationId) => {
        const { hold, changed } = await deps.stock.submit({
          kind: 'settle',
          reservationId,
          into: deps.into,
          deadline,
        });
        return { reservationId, state: hold?.state, changed };
      }),
    );
