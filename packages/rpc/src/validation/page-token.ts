import type { z } from 'zod';
import { invalidPageToken } from '../errors/common-errors';

/** Longest token that is looked at. */
const PAGE_TOKEN_LENGTH_MAX = 1024;

/** Makes an opaque token of a cursor. It grants nothing: whoever shows it is checked as without it. */
export const encodePageToken = (cursor: object): string =>
  Buffer.from(JSON.stringify(cursor)).toString('base64url');

/**
 * Reads a token made by `encodePageToken`; the empty token means the first page (undefined).
 *
 * @throws DomainError INVALID_PAGE_TOKEN when it is not one of ours or does not fit the schema
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
