import { planStockBatch, type StockRequest } from '../domain/stock-batch';
import { createKnownStock } from './known-stock';

const NOW = new Date('2026-01-01T12:00:00Z');
const LATER = new Date('2026-01-01T12:10:00Z');

const take = (...productIds: readonly string[]): StockRequest => ({
  kind: 'take',
  hold: {
    reservationId: `r-${productIds.join('-')}`,
    customerId: 'customer',
    lines: productIds.map((productId) => ({ productId, quantity: 1 })),
    expiresAt: LATER,
  },
  deadline: LATER,
});
const settle: StockRequest = {
  kind: 'settle',
  reservationId: 'r1',
  into: 'RELEASED',
  deadline: LATER,
};

/** Has cached 4 units of "a" and 1 of "b", after a sale of one each. */
const afterSale = () => {
  const known = createKnownStock();
  const stock = new Map([
    ['a', 5],
    ['b', 2],
  ]);
  known.keep(
    planStockBatch(
      [take('a', 'b')],
      { holds: new Map(), available: stock, prices: new Map() },
      NOW,
    ),
  );
  return known;
};

describe('known stock', () => {
  it('the guess is the stock after the last write, without holds', () => {
    const known = afterSale();

    expect(known.guess([take('a', 'b')])).toEqual({
      holds: new Map(),
      available: new Map([
        ['a', 4],
        ['b', 1],
      ]),
      prices: new Map(),
    });
    expect(known.guess([take('b')])?.available).toEqual(new Map([['b', 1]]));
  });

  it('there is no guess if any product is not cached', () => {
    const known = afterSale();

    expect(known.guess([take('a'), take('a', 'x')])).toBeUndefined();
    expect(createKnownStock().guess([take('a')])).toBeUndefined();
  });

  it('there is no guess for settlements, because holds are not cached', () => {
    const known = afterSale();

    expect(known.guess([settle])).toBeUndefined();
    expect(known.guess([take('a'), settle])).toBeUndefined();
  });

  it('a wrong guess evicts its own products and no others', () => {
    const known = afterSale();

    known.forget([take('a'), settle]);

    expect(known.guess([take('a')])).toBeUndefined();
    expect(known.guess([take('b')])).toBeDefined();
  });

  it('the cache is bounded and evicts the least recently used products first', () => {
    const known = afterSale();
    const available = new Map(Array.from({ length: 10_000 }, (_, index) => [`p${index}`, 1]));
    known.keep(planStockBatch([], { holds: new Map(), available, prices: new Map() }, NOW));

    expect(known.guess([take('a')])).toBeUndefined();
    expect(known.guess([take('p0')])).toBeDefined();
  });
});
