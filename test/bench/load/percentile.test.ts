import { median, percentile } from './percentile';

describe('percentile', () => {
  const hundred = Float64Array.from({ length: 100 }, (_, index) => index + 1);

  it.each([
    [0, 1],
    [0.5, 50],
    [0.99, 99],
    [1, 100],
  ])('the percentile %s has that share of the values at or below it', (share, value) => {
    expect(percentile(hundred, share)).toBe(value);
  });

  it('the percentile of one value is that value, and of none 0', () => {
    expect(percentile([7], 0.99)).toBe(7);
    expect(percentile([], 0.5)).toBe(0);
  });
});

describe('median', () => {
  it('the median is the middle value, or the mean of the two middle values', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 2, 9])).toBe(3);
    expect(median([])).toBe(0);
  });
});
