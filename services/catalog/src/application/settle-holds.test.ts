import type { HoldOutcome, StockRequest } from '../domain/stock-batch';
import { createSettleHolds } from './settle-holds';

const DEADLINE = new Date('2026-01-01T12:00:00Z');

describe('createSettleHolds', () => {
  it('each distinct id is settled once, and the results are in request order', async () => {
    const asked: StockRequest[] = [];
    const settleHolds = createSettleHolds({
      into: 'SOLD',
      stock: {
        submit: async (request): Promise<HoldOutcome> => {
          asked.push(request);
          return { hold: undefined, changed: false };
        },
      },
    });

    const settlements = await settleHolds(['b', 'a', 'b'], DEADLINE);

    expect(asked).toEqual(
      ['b', 'a'].map((reservationId) => ({
        kind: 'settle',
        reservationId,
        into: 'SOLD',
        deadline: DEADLINE,
      })),
    );
    expect(settlements).toEqual(
      ['b', 'a'].map((reservationId) => ({ reservationId, state: undefined, changed: false })),
    );
  });
});
