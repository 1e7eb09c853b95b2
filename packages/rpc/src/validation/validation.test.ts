import { z } from 'zod';
import { decodePageToken, encodePageToken } from './page-token';
import { parseMessage } from './parse-message';

describe('parseMessage', () => {
  const schema = z.strictObject({
    name: z.string(),
    orderLines: z.array(z.object({ unitCount: z.int().min(1) })),
  });

  it('names every wrong field as the proto file does, nested and unknown ones too', () => {
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

  it('come back as they went out', () => {
    expect(decodePageToken(cursor, encodePageToken({ after: 'x' }))).toEqual({ after: 'x' });
    expect(decodePageToken(cursor, '')).toBeUndefined();
  });

  it.each([
    'nonsense',
    encodePageToken({ other: 1 }),
    encodePageToken({ after: { $ne: null } }),
    'A'.repeat(2_000),
  ])('that are not ours are refused: %.40s', (token) => {
    expect(() => decodePageToken(cursor, token)).toThrow(
      expect.objectContaining({ reason: 'INVALID_PAGE_TOKEN' }),
    );
  });
});
