import type { z } from 'zod';
import { invalidPageToken } from '../errors/common-errors';

/** Longer tokens are rejected without decoding. */
const PAGE_TOKEN_LENGTH_MAX = 1024;

/** Encodes a cursor as an opaque token. It grants nothing: access is checked regardless of it. */
export const encodePageToken = (cursor: object): string =>
  Buffer.from(JSON.stringify(cursor)).toString('base64url');

/**
 * Decodes a token made by `encodePageToken`; the empty token means the first page (undefined).
 *
 * @throws DomainError INVALID_PAGE_TOKEN if it is not valid or does not match the schema
 */
export const decodePageToken = <Schema extends z.ZodType>(
  schema: Schema,
  token: string,
): z.output<Schema> | undefined => {
  if (token === '') return undefined;
  if (token.length > PAGE_TOKEN_LENGTH_MAX) throw invalidPageToken();
  let cursor: unknown;
  try {
    cursor = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
  } catch {
    throw invalidPageToken();
  }
  const result = schema.safeParse(cursor);
  if (!result.success) throw invalidPageToken();
  return result.data;
};
