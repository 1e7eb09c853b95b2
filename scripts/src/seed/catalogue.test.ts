import { CATALOGUE_SIZE, catalogue } from './catalogue';

describe('catalogue', () => {
  it('the catalogue is the same every time, and a larger one starts with a smaller one', () => {
    expect(catalogue(50).slice(0, 30)).toEqual(catalogue(30));
  });

  it('no two products have the same name or key', () => {
    const products = catalogue(3 * CATALOGUE_SIZE);
    expect(new Set(products.map(({ product }) => product.name)).size).toBe(products.length);
    expect(new Set(products.map(({ key }) => key)).size).toBe(products.length);
  });
});
