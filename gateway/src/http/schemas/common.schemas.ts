import { METADATA_LIMITS } from '@flashreserve/contracts';
import {
  uuid as anyUuid,
  metadataRecord,
  PAGE_TOKEN_LENGTH_MAX,
  passwordText,
  shownText,
  wellFormed,
} from '@flashreserve/rpc';
import { z } from 'zod';

/** Example ids, shared by all examples of the documentation. */
export const EXAMPLE_IDS = {
  user: '0198a1b2-3c4d-7e5f-8a9b-0c1d2e3f4a5b',
  product: '0198a1b3-0000-7000-8000-000000000001',
  secondProduct: '0198a1b3-0000-7000-8000-000000000002',
  reservation: '0198a1b4-1111-7111-8111-111111111111',
  adjustment: '0198a1b5-2222-7222-8222-222222222222',
  return: '5c1e7f0a-9d3b-5a64-8f27-6b0d2a4c9e13',
} as const;

/** A JSON object without unknown fields. */
export const jsonObject = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject(shape, {
    error: ({ input }) =>
      input === undefined ? 'a JSON object is required' : 'must be a JSON object',
  });

/** A UUID, normalised to lower case. */
export const uuid = (what: string, example: string) => anyUuid.meta({ description: what, example });

/** An integer; anything else, including numeric strings, is rejected. */
export const wholeNumber = (range: { readonly min: number; readonly max: number }) => {
  const error = `must be a whole number from ${range.min} to ${range.max}`;
  return z.int(error).min(range.min, error).max(range.max, error);
};

const rangeError = ({ min, max }: { readonly min: number; readonly max: number }): string =>
  min === 0
    ? `must be text of at most ${max} characters`
    : `must be text of ${min} to ${max} characters`;

/** Display text of `min` to `max` characters; line breaks and tabs only if `multiline`. */
export const text = (options: {
  readonly min: number;
  readonly max: number;
  readonly multiline?: true;
}) => {
  const { min, max, multiline } = options;
  const error = rangeError(options);
  return shownText(
    z.string(error).min(min, { error, abort: true }).max(max, { error, abort: true }),
    {
      required: min > 0,
      multiline,
    },
  );
};

/** Text that is never displayed, kept unchanged: any characters that UTF-8 can encode. */
export const secretText = (range: { readonly min: number; readonly max: number }) => {
  const error = rangeError(range);
  return wellFormed(z.string(error).min(range.min, error).max(range.max, error));
};

/** A password, normalised; its length is that of the normalised form. */
export const password = (range: { readonly min: number; readonly max: number }) => {
  const error = rangeError(range);
  return wellFormed(passwordText({ ...range, tooShort: error, tooLong: error }));
};

/** Text that the client attaches to an object. */
export const metadata = metadataRecord.meta({
  description:
    'Text that you attach, returned unchanged: up to 20 pairs. Keys have 1 to 40 characters, values at most 500.',
  example: { gate: 'A' },
  maxProperties: METADATA_LIMITS.entriesMax,
});

export const instant = (what: string, example = '2026-11-22T12:00:00.000Z') =>
  z.iso.datetime().meta({ description: what, example });

export const pageToken = z
  .string()
  .max(PAGE_TOKEN_LENGTH_MAX, `must have at most ${PAGE_TOKEN_LENGTH_MAX} characters`)
  .optional()
  .meta({ description: '`nextPageToken` of the previous page, requested with the same filter.' });

/** Items per page, parsed from the text of the query parameter. */
export const pageSize = z
  .string()
  .regex(/^[1-9]\d{0,8}$/, 'must be a whole number of at least 1')
  .transform(Number)
  .optional()
  .meta({
    description: 'Items per page, 20 by default. Values above 100 are treated as 100.',
    override: ({ jsonSchema }: { readonly jsonSchema: Record<string, unknown> }) => {
      delete jsonSchema['pattern'];
      Object.assign(jsonSchema, { type: 'integer', minimum: 1, maximum: 999_999_999, example: 20 });
    },
  });

export const nextPageToken = z.string().meta({
  description: 'Token for the next page; empty on the last page.',
  example: '',
});

/** `"key"`, as draft-ietf-httpapi-idempotency-key-header writes it, is the same key as `key`. */
const withoutQuotes = (key: string): string =>
  /^".+"$/.test(key) ? key.slice(1, -1).replace(/\\(["\\])/g, '$1') : key;

/**
 * `Idempotency-Key`: visible ASCII without spaces, so that several joined headers are not valid.
 */
export const idempotencyKeyHeader = (description: string) =>
  z.object({
    'Idempotency-Key': z
      .string()
      .regex(/^[\x21-\x7e]{1,255}$/, 'must be 1 to 255 visible ASCII characters')
      .transform(withoutQuotes)
      .optional()
      .meta({ description }),
  });
