import { createRandom } from './random';

describe('a seed', () => {
  it('the same seed makes the same choices', () => {
    const draw = (seed: number) => {
      const random = createRandom(seed);
      return [
        random.next(),
        random.between(1, 100),
        random.shuffle([1, 2, 3, 4, 5]),
        random.fork().next(),
      ];
    };
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });

  it('choices cover the whole range and nothing beyond it', () => {
    const random = createRandom(1);
    const drawn = new Set(Array.from({ length: 1_000 }, () => random.between(3, 7)));
    expect([...drawn].sort()).toEqual([3, 4, 5, 6, 7]);
  });
});
