import { areSameLines, sumLines } from './stock-line';

describe('sumLines', () => {
  it('lines of the same product are merged', () => {
    expect(
      sumLines([
        { productId: 'a', quantity: 2 },
        { productId: 'b', quantity: 1 },
        { productId: 'a', quantity: 3 },
      ]),
    ).toEqual([
      { productId: 'a', quantity: 5 },
      { productId: 'b', quantity: 1 },
    ]);
  });

  it('carts that differ only in line order become equal lists', () => {
    const cart = [
      { productId: 'b', quantity: 1 },
      { productId: 'a', quantity: 2 },
    ];

    expect(sumLines(cart)).toEqual(sumLines(cart.toReversed()));
  });

  it('100 units of a product are accepted and 101 refused, however they are split', () => {
    const line = (quantity: number) => ({ productId: 'a', quantity });

    expect(sumLines([line(60), line(40)])).toEqual([line(100)]);
    expect(() => sumLines([line(60), line(41)])).toThrow(
      expect.objectContaining({
        reason: 'INVALID_REQUEST',
        fieldViolations: [expect.objectContaining({ field: 'lines' })],
      }),
    );
  });

  it.each([0, -1, 1.5, Number.NaN])('a quantity of %d is rejected as a bug', (quantity) => {
    expect(() => sumLines([{ productId: 'a', quantity }])).toThrow(
      'Quantities are positive integers.',
    );
  });
});

describe('areSameLines', () => {
  const lines = [{ productId: 'a', quantity: 1 }];

  it.each([
    ['another quantity', [{ productId: 'a', quantity: 2 }]],
    ['another product', [{ productId: 'b', quantity: 1 }]],
    ['an additional line', [...lines, { productId: 'b', quantity: 1 }]],
    ['a missing line', []],
  ])('two lists of lines differ by %s', (_difference, others) => {
    expect(areSameLines(lines, others)).toBe(false);
  });

  it.each([0, 1])('lists that differ only in line %d are different', (index) => {
    const cart = [
      { productId: 'a', quantity: 1 },
      { productId: 'b', quantity: 2 },
    ];
    const other = cart.map((line, at) => (at === index ? { ...line, quantity: 9 } : line));

    expect(areSameLines(cart, other)).toBe(false);
    expect(areSameLines(cart, [...cart])).toBe(true);
  });

  it('lists with equal lines are the same', () => {
    expect(areSameLines(lines, [{ productId: 'a', quantity: 1 }])).toBe(true);
  });
});
