import { z } from 'zod';
import { createPageTokens, encodePageToken, pageFields, toPage } from './paging';

describe('toPage', () => {
  const toCursor = (last: number): string => `after-${last}`;

  it('the page continues after its last item if there are more', () => {
    expect(toPage([1, 2, 3], 2, toCursor)).toEqual({ items: [1, 2], next: 'after-2' });
  });

  it.each([[[1, 2]], [[1]], [[]]])('the last page has no continuation: %j', (found) => {
    expect(toPage(found, 2, toCursor)).toEqual({ items: found, next: undefined });
  });
});

describe('page sizes', () => {
  const { pageSize } = pageFields({ fallback: 20, max: 100 });

  it.each([
    [0, 20],
    [7, 7],
    [1_000, 100],
  ])('a page size of %d becomes %d', (given, size) => {
    expect(pageSize.parse(given)).toBe(size);
  });

  it.each([-1, 1.5])('a page size of %d is refused', (given) => {
    expect(pageSize.safeParse(given).success).toBe(false);
  });
});

describe('page tokens', () => {
  const tokens = createPageTokens({
    schema: z.strictObject({ after: z.string() }).transform(({ after }) => after),
    toContent: (after: string) => ({ after }),
  });
  const filter = { customerId: 'ann', open: true };

  it('come back as they went out', () => {
    expect(tokens.read(tokens.write('x'))).toBe('x');
    expect(tokens.read(tokens.write('x', filter), filter)).toBe('x');
    expect(tokens.read('', filter)).toBeUndefined();
    expect(tokens.write(undefined, filter)).toBe('');
  });

  it.each([
    'nonsense',
    encodePageToken({ other: 1 }),
    encodePageToken({ after: { $ne: null } }),
    encodePageToken({ after: 'x', other: 1 }),
    Buffer.from('null').toString('base64url'),
    'A'.repeat(2_000),
  ])('that are not ours are refused: %.40s', (token) => {
    expect(() => tokens.read(token)).toThrow(
      expect.objectContaining({ reason: 'INVALID_PAGE_TOKEN' }),
    );
  });

  it.each([[{}], [{ customerId: 'bob', open: true }], [{ ...filter, more: '' }]])(
    'of another filter are refused: %j',
    (other) => {
      const token = tokens.write('x', filter);
      expect(() => tokens.read(token, other)).toThrow(
        expect.objectContaining({ reason: 'INVALID_PAGE_TOKEN' }),
      );
    },
  );
});
