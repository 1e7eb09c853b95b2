import { invariant } from '@flashreserve/ops';
import type { Hold, HoldRequest } from '../domain/hold';
import { sumLines } from '../domain/stock-line';
import type { StockWriter } from './stock-writer';

export interface DecrementedStock {
  readonly hold: Hold;
  /** True when an earlier call made the hold. */
  readonly replayed: boolean;
}

/**
 * Takes the units of all lines out of the available stock and keeps them in a hold, or takes nothing. A repeat
 * returns the first hold as it is now and takes nothing more.
 *
 * @throws DomainError PRODUCT_NOT_FOUND, OUT_OF_STOCK, HOLD_EXPIRED or IDEMPOTENCY_KEY_REUSED
 */
export const createDecrementStock =
  ({ stock }: { readonly stock: Pick<StockWriter, 'submit'> }) =>
  async (request: HoldRequest, deadline: Date): Promise<DecrementedStock> => {
    const { hold, changed } = await stock.submit({
      kind: 'take',
      hold: { ...request, lines: sumLines(request.lines) },
      deadline,
    });
    invariant(hold !== undefined, 'Taking units ends in a hold or in a refusal.');
    return { hold, replayed: !changed };
  };
