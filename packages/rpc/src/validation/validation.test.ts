import { z } from 'zod';
import { decodePageToken, encodePageToken } from './page-token';
import { parseMessage } from './parse-message';

describe('parseMessage', () => {
  const schema = z.strictObject({
    name: z.string(),
    orderLines: z.array(z.object({ unitCount: z.int().min(1) })),
  });

  it('parseMessage names every invalid field as in the proto file, including nested and unknown fields', () => {
    expect(() =>
      parseMessage(schema, { name: 1, orderLines: [{ unitCount: 1 }, { unitCount: 0 }], role: '' }),
    ).toThrow(
      expect.objectContaining({
        reason: 'INVALID_REQUEST',
        fieldViolations: [
          expect.objectContaining({ field: 'name' }),
          expect.objectContaining({ field: 'order_lines[1].unit_count' }),
          expect.objectContaining({ field: 'role', description: 'is not a known field' }),
        ],
      }),
    );
  });
});

describe('page tokens', () => {
  const cursor = z.object({ after: z.string() });

  it('a page token survives a round trip', () => {
    expect(decodePageToken(cursor, encodePageToken({ after: 'x' }))).toEqual({ after: 'x' });
    expect(decodePageToken(cursor, '')).toBeUndefined();
  });

  it.each([
    'nonsense',
    encodePageToken({ other: 1 }),
    encodePageToken({ after: { $ne: null } }),
    'A'.repeat(2_000),
  ])('a foreign page token is refused: %.40s', (token) => {
    expect(() => decodePageToken(cursor, token)).toThrow(
      expect.objectContaining({ reason: 'INVALID_PAGE_TOKEN' }),
    );
  });
});
