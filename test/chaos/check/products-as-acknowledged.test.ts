import { checkProductsAsAcknowledged } from './products-as-acknowledged';
import { change, sampleFacts } from './sample-run';

describe('products and adjustments as acknowledged', () => {
  it('a correct run keeps products and adjustments as acknowledged', async () => {
    expect(checkProductsAsAcknowledged(await sampleFacts())).toMatchObject({
      checked: 3,
      violations: [],
    });
  });

  it('an adjustment without a response may be stored or not', async () => {
    for (const stored of [0, 1]) {
      const facts = await sampleFacts(({ records, adjustments }) => {
        records.push({
          kind: 'adjust',
          productId: 'phone',
          delta: 7,
          key: 'c',
          outcome: 'unknown',
          at: 40,
        });
        if (stored > 0) adjustments.push({ productId: 'phone', delta: 7 });
      });
      expect(checkProductsAsAcknowledged(facts).violations).toEqual([]);
    }
  });

  it('a lost adjustment is a violation', async () => {
    const facts = await sampleFacts(({ adjustments }) => adjustments.pop());
    expect(checkProductsAsAcknowledged(facts).violations).toEqual([
      'product phone: adjustments by 2: 1 were acknowledged, 0 are stored',
    ]);
  });

  it.each([
    ['made twice', 2, '1 can have been made, 2 are stored'],
    ['that was refused', 5, '0 can have been made, 1 are stored'],
    ['that was never requested', 9, '0 can have been made, 1 are stored'],
  ])('the check finds an adjustment %s', async (_what, delta, text) => {
    const facts = await sampleFacts(({ adjustments }) =>
      adjustments.push({ productId: 'phone', delta }),
    );
    expect(checkProductsAsAcknowledged(facts).violations[0]).toContain(text);
  });

  it('a lost product, an unknown one and one with another stock are violations', async () => {
    const lost = await sampleFacts(({ products }) => products.pop());
    expect(checkProductsAsAcknowledged(lost).violations[0]).toContain('is not stored');
    const extra = await sampleFacts(({ products }) =>
      products.push({
        productId: 'x',
        available: 0,
        held: 0,
        sold: 0,
        writtenOff: 0,
        initialStock: 0,
      }),
    );
    expect(checkProductsAsAcknowledged(extra).violations[0]).toContain('nobody made it');
    const other = await sampleFacts(({ products }) =>
      change(products, 'phone', { initialStock: 11 }),
    );
    expect(checkProductsAsAcknowledged(other).violations[0]).toContain('stored with 11');
  });
});
