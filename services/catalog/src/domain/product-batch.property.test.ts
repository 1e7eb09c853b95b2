import fc from 'fast-check';
import type { Product } from './product';
import {
  type ProductOutcome,
  type ProductRequest,
  type ProductSnapshot,
  planProductBatch,
} from './product-batch';
import type { StockChanges } from './stock-changes';

// Goal: for any products and any batch of changes, planning the batch at once gives the same result
// as planning and writing its requests one by one, and stocked = initial + adjustments holds
// exactly. Method: small random worlds, so that ids collide and limits are reached.

const NOW = new Date('2026-01-01T12:00:00Z');
const LATER = new Date('2026-01-01T12:10:00Z');

const productId = fc.constantFrom('a', 'b', 'c');
const deadline = fc.constantFrom(NOW, LATER, LATER, LATER);
const price = fc.record({ minorUnits: fc.nat(3), currencyCode: fc.constant('USD') });
const productRequest: fc.Arbitrary<ProductRequest> = fc.oneof(
  fc.record({
    kind: fc.constant('adjust'),
    adjustment: fc.record({
      adjustmentId: fc.constantFrom('j1', 'j2', 'j3', 'j4', 'j5'),
      requestId: fc.constant(undefined),
      productId,
      delta: fc.integer({ min: -6, max: 6 }),
      reason: fc.constantFrom('count', 'theft'),
      createdBy: fc.constantFrom('x', 'y'),
    }),
    deadline,
  }),
  fc.record({
    kind: fc.constant('describe'),
    productId,
    changes: fc.record(
      {
        name: fc.constantFrom('Lamp', 'Lantern', undefined),
        description: fc.constantFrom('', 'bright', undefined),
        price: fc.option(price, { nil: undefined }),
      },
      { requiredKeys: [] },
    ),
    deadline,
  }),
);
const levels = fc.record({
  available: fc.nat(8),
  held: fc.nat(3),
  sold: fc.nat(3),
  writtenOff: fc.nat(3),
});
// "c" is sometimes missing, as an unknown product; "b" is close to the maximum number of units.
const world = fc
  .record({ a: levels, b: levels, c: levels }, { requiredKeys: ['a', 'b'] })
  .map(({ b, ...others }) => ({ ...others, b: { ...b, sold: 999_999_985 } }))
  .map(
    (products): ProductSnapshot => ({
      products: new Map(
        Object.entries(products).map(([id, stock]): [string, Product] => [
          id,
          {
            ...stock,
            productId: id,
            name: 'Lamp',
            description: '',
            price: { minorUnits: 1, currencyCode: 'USD' },
            revision: 1,
            initialStock: stock.available + stock.held + stock.sold,
            createdAt: new Date(0),
            updatedAt: new Date(0),
          },
        ]),
      ),
      adjustments: new Map(),
      skus: new Map(),
    }),
  );

/** Applies the changes as the repository would. */
const write = (snapshot: ProductSnapshot, changes: StockChanges): ProductSnapshot => {
  const products = new Map(snapshot.products);
  const change = (id: string, difference: (product: Product) => Partial<Product>): void => {
    const product = products.get(id);
    if (product === undefined) throw new TypeError(`The changes name an unknown product ${id}.`);
    products.set(id, { ...product, ...difference(product), updatedAt: changes.time });
  };
  for (const { productId: id, available } of changes.movements) {
    change(id, (product) => ({ available: product.available + available }));
  }
  for (const { productId: id, changes: described, revision } of changes.described) {
    const given = Object.entries(described).filter(([, value]) => value !== undefined);
    change(id, () => ({ ...Object.fromEntries(given), revision: revision.after }));
  }
  const adjustments = new Map(snapshot.adjustments);
  for (const adjustment of changes.adjusted) {
    if (adjustments.has(adjustment.adjustmentId)) throw new TypeError('A duplicate adjustment.');
    adjustments.set(adjustment.adjustmentId, adjustment);
  }
  return { products, adjustments, skus: snapshot.skus };
};

const summarize = (outcome: ProductOutcome) =>
  outcome.ok ? outcome.value : { refused: outcome.error.reason };

const batch = fc.array(productRequest, { maxLength: 12 });

describe('planProductBatch, for any products and any batch', () => {
  it('a batch gives the same results as its requests written one by one', () => {
    fc.assert(
      fc.property(world, batch, (start, requests) => {
        const together = planProductBatch(requests, start, NOW);
        let store = start;
        const alone = requests.map((request) => {
          const { outcomes, changes } = planProductBatch([request], store, NOW);
          store = write(store, changes);
          return outcomes.map(summarize);
        });

        expect(together.outcomes.map(summarize)).toEqual(alone.flat());
        expect(write(start, together.changes)).toEqual(store);
        expect(together.available).toEqual(
          new Map([...store.products].map(([id, { available }]) => [id, available])),
        );
      }),
      { numRuns: 1_000 },
    );
  });

  it('units stay within their limits and stocked = initial + adjustments, also after retries', () => {
    fc.assert(
      fc.property(world, batch, batch, (start, first, second) => {
        let store = start;
        for (const requests of [first, second, first]) {
          store = write(store, planProductBatch(requests, store, NOW).changes);
        }

        for (const [id, product] of store.products) {
          const adjusted = [...store.adjustments.values()]
            .filter((adjustment) => adjustment.productId === id)
            .reduce((sum, { delta }) => sum + delta, 0);
          const { available, held, sold } = product;
          expect(available).toBeGreaterThanOrEqual(0);
          expect(available + held + sold).toBeLessThanOrEqual(1_000_000_000);
          expect(available + held + sold).toBe(product.initialStock + adjusted);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
