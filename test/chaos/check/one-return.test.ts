import { checkOneReturn } from './one-return';
import { change, sampleFacts } from './sample-run';

describe('one return', () => {
  it('a correct run releases units once, and the released holds are counted', async () => {
    expect(checkOneReturn(await sampleFacts())).toMatchObject({ checked: 3, violations: [] });
  });

  it('units released twice are a violation', async () => {
    const facts = await sampleFacts(({ products }) => change(products, 'phone', { available: 13 }));
    expect(checkOneReturn(facts).violations).toEqual([
      'product phone: 4 units too many came back (10 were released)',
    ]);
  });

  it('units that were never released are a violation', async () => {
    const facts = await sampleFacts(({ products }) => change(products, 'phone', { available: 4 }));
    expect(checkOneReturn(facts).violations[0]).toContain('5 units too few came back');
  });
});
