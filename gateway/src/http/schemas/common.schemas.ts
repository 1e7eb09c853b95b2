import { uuid as anyUuid, passwordText, shownText, wellFormed } from '@flashreserve/rpc';
import { z } from 'zod';

/** Example ids, so that every example of the documentation speaks of the same things. */
export const EXAMPLE_IDS = {
  user: '0198a1b2-3c4d-7e5f-8a9b-0c1d2e3f4a5b',
  product: '0198a1b3-0000-7000-8000-000000000001',
  secondProduct: '0198a1b3-0000-7000-8000-000000000002',
  reservation: '0198a1b4-1111-7111-8111-111111111111',
  adjustment: '0198a1b5-2222-7222-8222-222222222222',
} as const;

/** A JSON object without unknown fields. */
export const jsonObject = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject(shape, {
    error: ({ input }) =>
      input === undefined ? 'a JSON object is required' : 'must be a JSON object',
  });

/** An id of ours, in lower case whatever case it was sent in. */
export const uuid = (what: string, example: string) => anyUuid.meta({ description: what, example });

/** A whole number; anything else, also a numeric string, is refused. */
export const wholeNumber = (range: { readonly min: number; readonly max: number }) => {
  const error = `must be a whole number from ${range.min} to ${range.max}`;
  return z.int(error).min(range.min, error).max(range.max, error);
};

const rangeError = ({ min, max }: { readonly min: number; readonly max: number }): string =>
  min === 0
    ? `must be text of at most ${max} characters`
    : `must be text of ${min} to ${max} characters`;

/** Text of `min` to `max` characters that people see; only `multiline` text may hold line breaks and tabs. */
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

/** Text that nobody sees, as it was sent: any characters that can be written as UTF-8. */
export const secretText = (range: { readonly min: number; readonly max: number }) => {
  const error = rangeError(range);
  return wellFormed(z.string(error).min(range.min, error).max(range.max, error));
};

/** A password in its one form, in which its length is measured too. */
export const password = (range: { readonly min: number; readonly max: number }) => {
  const error = rangeError(range);
  return wellFormed(passwordText({ ...range, tooShort: error, tooLong: error }));
};

export const instant = (what: string, example = '2026-11-22T12:00:00.000Z') =>
  z.iso.datetime().meta({ description: what, example });

export const pageToken = z
  .string()
  .max(1024, 'must have at most 1024 characters')
  .optional()
  .meta({ description: '`nextPageToken` of the page before, with the same filter.' });

/** Items on a page. Query parameters are text, so the number is read here. */
export const pageSize = z
  .string()
  .regex(/^[1-9]\d{0,8}$/, 'must be a whole number of at least 1')
  .transform(Number)
  .optional()
  .meta({
    description: 'Items on a page; 20 when not given. More than 100 counts as 100.',
    override: ({ jsonSchema }: { readonly jsonSchema: Record<string, unknown> }) => {
      delete jsonSchema['pattern'];
      Object.assign(jsonSchema, { type: 'integer', minimum: 1, maximum: 999_999_999, example: 20 });
    },
  });

export const nextPageToken = z.string().meta({
  description: 'Token for the next page; empty on the last.',
  example: '',
});

/** `Idempotency-Key`: visible ASCII, so no commas-and-spaces list of several headers can pass for one key. */
export const idempotencyKeyHeader = (description: string) =>
  z.object({
    'Idempotency-Key': z
      .string()
      .regex(/^[\x21-\x7e]{1,255}$/, 'must be 1 to 255 visible ASCII characters')
      .optional()
      .meta({ description }),
  });
