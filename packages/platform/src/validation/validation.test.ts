import { z } from 'zod';
import { decodePageToken, encodePageToken } from './page-token';
import { parseRequest } from './parse-request';

describe('parseRequest', () => {
  const schema = z.strictObject({
    name: z.string(),
    lines: z.array(z.object({ quantity: z.int().min(1) })),
  });

  it('names every wrong field, nested and unknown ones too', () => {
    expect(() =>
      parseRequest(schema, { name: 1, lines: [{ quantity: 1 }, { quantity: 0 }], role: 'ADMIN' }),
    ).toThrow(
      expect.objectContaining({
        reason: 'INVALID_REQUEST',
        fieldViolations: [
          expect.objectContaining({ field: 'name' }),
          expect.objectContaining({ field: 'lines[1].quantity' }),
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
