import { CATALOGUE_SIZE, catalogue } from './catalogue';

describe('the catalogue', () => {
  it('is the same each time, also when more of it is asked for', () => {
    expect(catalogue(50).slice(0, 30)).toEqual(catalogue(30));
  });

  it('never has two products of one name or key', () => {
    const products = catalogue(3 * CATALOGUE_SIZE);
    expect(new Set(products.map(({ product }) => product.name)).size).toBe(products.length);
    expect(new Set(products.map(({ key }) => key)).size).toBe(products.length);
  });
});
