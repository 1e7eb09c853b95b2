import { invariant } from '@flashreserve/ops';
import type { Hold, HoldRequest } from '../domain/hold';
import { sumLines } from '../domain/stock-line';
import type { StockWriter } from './stock-writer';

export interface DecrementedStock {
  readonly hold: Hold;
  /** Whether an earlier call created the hold. */
  readonly replayed: boolean;
}

export type DecrementStock = (request: HoldRequest, deadline: Date) => Promise<DecrementedStock>;

/**
 * Moves the units of all lines from available stock into a hold, or takes nothing. A retry takes
 * nothing more and returns the existing hold in its current state.
 *
 * @throws DomainError PRODUCT_NOT_FOUND, OUT_OF_STOCK, HOLD_EXPIRED or IDEMPOTENCY_KEY_REUSED
 */
export const createDecrementStock =
  ({ stock }: { readonly stock: Pick<StockWriter, 'submit'> }): DecrementStock =>
  async (request, deadline) => {
    const { reservationId, customerId, lines, expiresAt, holdMs } = request;
    const { hold, changed } = await stock.submit({
      kind: 'take',
      hold: { reservationId, customerId, lines: sumLines(lines), expiresAt, holdMs },
      deadline,
    });
    invariant(hold !== undefined, 'A successful take returns a hold.');
    return { hold, replayed: !changed };
  };
