import { shareOf } from './share-of';

describe('the share of a limit', () => {
  it('all shares together never exceed the limit, unless each process needs at least one', () => {
    expect(shareOf(10, 1)).toBe(10);
    expect(shareOf(10, 3)).toBe(3);
    expect(shareOf(2, 3)).toBe(1);
  });

  it('a limit that is off stays off', () => {
    expect(shareOf(0, 4)).toBe(0);
  });
});
