import { toPage } from './page';

const toToken = (last: number): string => `after-${last}`;

describe('toPage', () => {
  it('the page token continues after the last item if there are more', () => {
    expect(toPage([1, 2, 3], 2, toToken)).toEqual({ items: [1, 2], nextPageToken: 'after-2' });
  });

  it.each([[[1, 2]], [[1]], [[]]])('the last page has no token: %j', (found) => {
    expect(toPage(found, 2, toToken)).toEqual({ items: found, nextPageToken: '' });
  });
});
