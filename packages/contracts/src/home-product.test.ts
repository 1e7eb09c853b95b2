import { homeProductOf } from './home-product';

describe('homeProductOf', () => {
  it('a cart goes by its smallest product id, whatever the order of its lines', () => {
    const lines = ['b', 'a', 'c'].map((productId) => ({ productId }));

    expect(homeProductOf(lines)).toBe('a');
    expect(homeProductOf([...lines].reverse())).toBe('a');
    expect(homeProductOf(lines.slice(0, 1))).toBe('b');
    expect(homeProductOf([])).toBe('');
  });
});
