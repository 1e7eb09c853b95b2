import { change, sampleFacts } from './sample-run';
import { checkStockAddsUp } from './stock-adds-up';

describe('stock adds up', () => {
  it('the stock of a correct run adds up', async () => {
    expect(checkStockAddsUp(await sampleFacts())).toMatchObject({ checked: 1, violations: [] });
  });

  it('units that were never stocked are a violation', async () => {
    const facts = await sampleFacts(({ products }) => change(products, 'phone', { available: 10 }));
    expect(checkStockAddsUp(facts).violations).toEqual([
      'product phone: available + held + sold + writtenOff is 13, but 12 were put in',
    ]);
  });

  it('counters that differ from the holds are a violation, even if their sum is right', async () => {
    const facts = await sampleFacts(({ products }) =>
      change(products, 'phone', { available: 8, held: 1 }),
    );
    expect(checkStockAddsUp(facts).violations).toEqual([
      'product phone: held is 1, but the holds say 0',
    ]);
  });

  it('a sale without a hold is a violation', async () => {
    const facts = await sampleFacts(({ holds }) => change(holds, 'sold', { state: 'RELEASED' }));
    expect(checkStockAddsUp(facts).violations).toEqual([
      'product phone: sold is 3, but the holds say 0',
    ]);
  });

  it.each([-1, 0.5, Number.NaN])('a counter of %p is a violation', async (available) => {
    const facts = await sampleFacts(({ products }) => change(products, 'phone', { available }));
    expect(checkStockAddsUp(facts).violations).toContain(
      `product phone: available is ${available}`,
    );
  });
});
