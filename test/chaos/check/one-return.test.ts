import { checkOneReturn } from './one-return';
import { change, sampleFacts } from './sample-run';

describe('one return', () => {
  it('is satisfied by a good run, and counts the released holds', async () => {
    expect(checkOneReturn(await sampleFacts())).toMatchObject({ checked: 3, violations: [] });
  });

  it('finds units that came back twice', async () => {
    const facts = await sampleFacts(({ products }) => change(products, 'phone', { available: 13 }));
    expect(checkOneReturn(facts).violations).toEqual([
      'product phone: 4 units too many came back (10 were released)',
    ]);
  });

  it('finds units that never came back', async () => {
    const facts = await sampleFacts(({ products }) => change(products, 'phone', { available: 4 }));
    expect(checkOneReturn(facts).violations[0]).toContain('5 units too few came back');
  });
});
