import type { HoldRequest } from '../domain/hold';
import type { HoldOutcome, StockRequest } from '../domain/stock-batch';
import { createDecrementStock } from './decrement-stock';

const DEADLINE = new Date('2026-01-01T12:00:10Z');
const request: HoldRequest = {
  reservationId: 'r1',
  customerId: 'customer',
  lines: [
    { productId: 'b', quantity: 1 },
    { productId: 'a', quantity: 2 },
    { productId: 'b', quantity: 3 },
  ],
  expiresAt: new Date('2026-01-01T12:10:00Z'),
};
const summed: HoldRequest = {
  ...request,
  lines: [
    { productId: 'a', quantity: 2 },
    { productId: 'b', quantity: 4 },
  ],
};
const hold = {
  ...summed,
  state: 'HELD',
  overdueAt: summed.expiresAt,
  createdAt: new Date('2026-01-01T12:00:00Z'),
} as const;

const setUp = (outcome: HoldOutcome) => {
  const asked: StockRequest[] = [];
  const decrementStock = createDecrementStock({
    stock: {
      submit: async (given) => {
        asked.push(given);
        return outcome;
      },
    },
  });
  return { asked, decrementStock };
};

describe('DecrementStock', () => {
  it('lines are merged, so that equal carts are equal requests', async () => {
    const { asked, decrementStock } = setUp({ hold, changed: true });

    expect(await decrementStock(request, DEADLINE)).toEqual({ hold, replayed: false });
    expect(asked).toEqual([{ kind: 'take', hold: summed, deadline: DEADLINE }]);
  });

  it('the result is a replay if an earlier call created the hold', async () => {
    const { decrementStock } = setUp({ hold, changed: false });

    expect(await decrementStock(request, DEADLINE)).toEqual({ hold, replayed: true });
  });

  it.each([101, 4_294_967_297])(
    'a request for %d units is refused without a write',
    async (quantity) => {
      const { asked, decrementStock } = setUp({ hold, changed: true });
      const tooMany = { ...request, lines: [{ productId: 'a', quantity }] };

      await expect(decrementStock(tooMany, DEADLINE)).rejects.toMatchObject({
        reason: 'INVALID_REQUEST',
      });
      expect(asked).toEqual([]);
    },
  );

  it('a result without a hold is an internal error', async () => {
    const { decrementStock } = setUp({ hold: undefined, changed: false });

    await expect(decrementStock(request, DEADLINE)).rejects.toThrow(
      'A successful take returns a hold.',
    );
  });
});
