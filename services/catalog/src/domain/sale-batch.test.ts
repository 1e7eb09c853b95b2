import type { Product } from './product';
import type { ProductRequest } from './product-batch';
import { planSaleBatch } from './sale-batch';
import type { StockRequest } from './stock-batch';

const NOW = new Date('2026-01-01T12:00:00Z');
const LATER = new Date('2026-01-01T12:10:00Z');

const product = (productId: string, available: number): [string, Product] => [
  productId,
  {
    productId,
    name: 'Lamp',
    description: '',
    price: { minorUnits: 100, currencyCode: 'USD' },
    available,
    held: 0,
    sold: 0,
    writtenOff: 0,
    revision: 1,
    initialStock: available,
    createdAt: NOW,
    updatedAt: NOW,
  },
];
const adjust = (productId: string, delta: number): ProductRequest => ({
  kind: 'adjust',
  adjustment: {
    adjustmentId: `${productId} ${delta}`,
    requestId: undefined,
    productId,
    delta,
    reason: 'count',
    createdBy: 'admin',
  },
  deadline: LATER,
});
const take = (reservationId: string, productId: string, quantity: number): StockRequest => ({
  kind: 'take',
  hold: {
    reservationId,
    customerId: 'customer',
    lines: [{ productId, quantity }],
    expiresAt: LATER,
  },
  deadline: LATER,
});

describe('planSaleBatch', () => {
  it('takes and changes of one product become one movement, the sum of both', () => {
    const plan = planSaleBatch(
      { takes: [take('r1', 'b', 3), take('r2', 'a', 1)], changes: [adjust('b', -2)] },
      {
        products: { products: new Map([product('b', 6)]), adjustments: new Map(), skus: new Map() },
        stock: {
          holds: new Map(),
          available: new Map([
            ['a', 1],
            ['b', 6],
          ]),
          prices: new Map(),
        },
      },
      NOW,
    );

    expect(plan.changed).toMatchObject([{ ok: true, value: { product: { available: 4 } } }]);
    expect(plan.taken).toMatchObject([{ ok: true }, { ok: true }]);
    expect(plan.changes.movements).toEqual([
      { productId: 'a', available: -1, held: 1, sold: 0, writtenOff: 0 },
      { productId: 'b', available: -5, held: 3, sold: 0, writtenOff: 0 },
    ]);
    expect(plan.available).toEqual(
      new Map([
        ['a', 0],
        ['b', 1],
      ]),
    );
  });

  it('takes never get units that a change of the same batch removes', () => {
    const plan = planSaleBatch(
      { takes: [take('r1', 'a', 2)], changes: [adjust('a', -4)] },
      {
        products: { products: new Map([product('a', 5)]), adjustments: new Map(), skus: new Map() },
        // Read a little later, after a release by another instance.
        stock: { holds: new Map(), available: new Map([['a', 6]]), prices: new Map() },
      },
      NOW,
    );

    expect(plan.taken).toMatchObject([{ ok: false, error: { reason: 'OUT_OF_STOCK' } }]);
    expect(plan.changes.movements).toEqual([
      { productId: 'a', available: -4, held: 0, sold: 0, writtenOff: 0 },
    ]);
  });
});
