import { areSameLines, sumLines } from './stock-line';

describe('sumLines', () => {
  it('adds up lines of the same product', () => {
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

  it('makes equal lists of carts that differ only in the order of their lines', () => {
    const cart = [
      { productId: 'b', quantity: 1 },
      { productId: 'a', quantity: 2 },
    ];

    expect(sumLines(cart)).toEqual(sumLines(cart.toReversed()));
  });

  it('lets through 100 units of a product and refuses 101, however they are split', () => {
    const line = (quantity: number) => ({ productId: 'a', quantity });

    expect(sumLines([line(60), line(40)])).toEqual([line(100)]);
    expect(() => sumLines([line(60), line(41)])).toThrow(
      expect.objectContaining({
        reason: 'INVALID_REQUEST',
        fieldViolations: [expect.objectContaining({ field: 'lines' })],
      }),
    );
  });

  it.each([0, -1, 1.5, Number.NaN])('never works with %d units', (quantity) => {
    expect(() => sumLines([{ productId: 'a', quantity }])).toThrow('Quantities are whole');
  });
});

describe('areSameLines', () => {
  const lines = [{ productId: 'a', quantity: 1 }];

  it.each([
    ['another quantity', [{ productId: 'a', quantity: 2 }]],
    ['another product', [{ productId: 'b', quantity: 1 }]],
    ['one line more', [...lines, { productId: 'b', quantity: 1 }]],
    ['no line', []],
  ])('tells %s apart', (_difference, others) => {
    expect(areSameLines(lines, others)).toBe(false);
  });

  it.each([0, 1])('tells two carts apart that differ in line %d alone', (index) => {
    const cart = [
      { productId: 'a', quantity: 1 },
      { productId: 'b', quantity: 2 },
    ];
    const other = cart.map((line, at) => (at === index ? { ...line, quantity: 9 } : line));

    expect(areSameLines(cart, other)).toBe(false);
    expect(areSameLines(cart, [...cart])).toBe(true);
  });

  it('finds equal lists equal', () => {
    expect(areSameLines(lines, [{ productId: 'a', quantity: 1 }])).toBe(true);
  });
});
