import { toPage } from './page';

const toToken = (last: number): string => `after-${last}`;

describe('toPage', () => {
  it('gives a token that continues after the last item when there is more', () => {
    expect(toPage([1, 2, 3], 2, toToken)).toEqual({ items: [1, 2], nextPageToken: 'after-2' });
  });

  it.each([[[1, 2]], [[1]], [[]]])('gives no token on a last page: %j', (found) => {
    expect(toPage(found, 2, toToken)).toEqual({ items: found, nextPageToken: '' });
  });
});
