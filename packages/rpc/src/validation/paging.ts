import { z } from 'zod';
import { invalidPageToken } from '../errors/common-errors';

/** One page of a list. */
export interface Page<Item, Cursor> {
  readonly items: readonly Item[];
  /** Where the next page starts; undefined on the last page. */
  readonly next: Cursor | undefined;
}

/** Builds a page from the result of a query for `pageSize + 1` items. */
export const toPage = <Item, Cursor>(
  found: readonly Item[],
  pageSize: number,
  toCursor: (last: Item) => Cursor,
): Page<Item, Cursor> => {
  const items = found.slice(0, pageSize);
  const last = items.at(-1);
  const isLastPage = found.length <= pageSize || last === undefined;
  return { items, next: isLastPage ? undefined : toCursor(last) };
};

/** Fields of a request for a page. A `page_size` of 0 means the default; larger ones are capped. */
export const pageFields = (size: { readonly fallback: number; readonly max: number }) => ({
  pageSize: z
    .number()
    .int('must be a whole number')
    .min(0, 'must not be below zero')
    .transform((given) => Math.min(given === 0 ? size.fallback : given, size.max)),
  /** Validated by the `PageTokens` of the list. */
  pageToken: z.string(),
});

/** Maximum length of a token that is parsed. Issued ones are shorter. */
export const PAGE_TOKEN_LENGTH_MAX = 1024;

/** Encodes an opaque token. It grants nothing: a request with it passes the same checks. */
export const encodePageToken = (content: object): string =>
  Buffer.from(JSON.stringify(content)).toString('base64url');

const decode = (token: string): Readonly<Record<string, unknown>> => {
  if (token.length > PAGE_TOKEN_LENGTH_MAX) throw invalidPageToken();
  try {
    const content: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
    if (typeof content === 'object' && content !== null) return { ...content };
  } catch {
    // Not one of ours.
  }
  throw invalidPageToken();
};

/** What a token is bound to besides the list: the values of the request's filter. */
export type PageFilter = Readonly<Record<string, string | boolean>>;

/** The page tokens of one list. */
export interface PageTokens<Cursor> {
  /**
   * Returns the cursor of a token; undefined for the empty token, which means the first page.
   *
   * @throws DomainError INVALID_PAGE_TOKEN when this list did not issue the token for this filter
   */
  readonly read: (token: string, filter?: PageFilter) => Cursor | undefined;
  /** The token of the next page; empty after the last one. */
  readonly write: (next: Cursor | undefined, filter?: PageFilter) => string;
}

/**
 * @param codec.schema accepts what `toContent` returned, as JSON, and nothing else
 * @param codec.toContent the cursor's part of the token, as an object that JSON can represent
 */
export const createPageTokens = <Cursor>(codec: {
  readonly schema: z.ZodType<Cursor>;
  readonly toContent: (cursor: Cursor) => object;
}): PageTokens<Cursor> => ({
  read: (token, filter = {}) => {
    if (token === '') return undefined;
    const content = { ...decode(token) };
    for (const [name, value] of Object.entries(filter)) {
      if (content[name] !== value) throw invalidPageToken();
      delete content[name];
    }
    const cursor = codec.schema.safeParse(content);
    if (!cursor.success) throw invalidPageToken();
    return cursor.data;
  },
  write: (next, filter = {}) =>
    next === undefined ? '' : encodePageToken({ ...codec.toContent(next), ...filter }),
});
