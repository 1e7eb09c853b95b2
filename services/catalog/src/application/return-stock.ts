import type { ReturnRequest } from '../domain/hold-return';
import { sumLines } from '../domain/stock-line';
import type { StockWriter } from './stock-writer';

export type ReturnStock = (
  request: ReturnRequest,
  deadline: Date,
) => Promise<{
  /** Whether an earlier call made the return. */
  readonly replayed: boolean;
}>;

/**
 * Takes back units of a sold hold: they go on sale again, or are written off. A retry with the same
 * return id changes nothing.
 *
 * @throws DomainError HOLD_NOT_SOLD, RETURN_EXCEEDS_UNITS, RETURNS_LIMITED or
 *   IDEMPOTENCY_KEY_REUSED
 */
export const createReturnStock =
  ({ stock }: { readonly stock: Pick<StockWriter, 'submit'> }): ReturnStock =>
  async (request, deadline) => {
    const { changed } = await stock.submit({
      kind: 'return',
      request: { ...request, lines: sumLines(request.lines) },
      deadline,
    });
    return { replayed: !changed };
  };
