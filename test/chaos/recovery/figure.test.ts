import { type Figure, isReached, medianOf } from './figure';
import { renderRecovery } from './render-recovery';

const figure = (values: readonly number[]): Figure => ({
  name: 'catalog killed',
  measure: 'seconds until it is ready again',
  values,
  limit: 5,
});

describe('a recovery figure', () => {
  it('is reached only when its worst round is within the limit', () => {
    expect(isReached(figure([1, 5]))).toBe(true);
    expect(isReached(figure([1, 5.1]))).toBe(false);
  });

  it('is not reached when nothing was measured', () => {
    expect(isReached(figure([]))).toBe(false);
  });

  it('has the usual median', () => {
    expect([medianOf([3, 1, 2]), medianOf([4, 1, 2, 3])]).toEqual([2, 2.5]);
  });

  it('is published with its worst round', () => {
    expect(renderRecovery([figure([1, 6, 2])], 'abc')).toContain(
      '| catalog killed | seconds until it is ready again | 3 | 2 | 6 | 5 | **no** |',
    );
  });
});
