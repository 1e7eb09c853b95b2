import { type Figure, isReached, medianOf } from './figure';
import { renderRecovery } from './render-recovery';

const figure = (values: readonly number[]): Figure => ({
  name: 'catalog killed',
  measure: 'seconds until it is ready again',
  values,
  limit: 5,
});

describe('a recovery figure', () => {
  it('a limit is reached only if the worst round is within it', () => {
    expect(isReached(figure([1, 5]))).toBe(true);
    expect(isReached(figure([1, 5.1]))).toBe(false);
  });

  it('a limit is not reached if nothing was measured', () => {
    expect(isReached(figure([]))).toBe(false);
  });

  it('the median is computed as usual', () => {
    expect([medianOf([3, 1, 2]), medianOf([4, 1, 2, 3])]).toEqual([2, 2.5]);
  });

  it('a figure is published with its worst round', () => {
    expect(renderRecovery([figure([1, 6, 2])], 'abc')).toContain(
      '| catalog killed | seconds until it is ready again | 3 | 2 | 6 | 5 | **no** |',
    );
  });
});
