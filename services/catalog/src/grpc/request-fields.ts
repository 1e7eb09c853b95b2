import { isCurrency, STOCK_LIMITS } from '@flashreserve/contracts';
import { shownText as shown, uuid } from '@flashreserve/rpc';
import { z } from 'zod';

/** Validators of fields that several requests share. */

export const id = uuid;

/** Protobuf decodes an unset string field as an empty string. */
export const optionalId = z.union([z.literal('').transform(() => undefined), id], 'must be a UUID');

/** Text of limited length, in UTF-16 code units after trimming. */
export const text = (options: { readonly min: 0 | 1; readonly max: number }) =>
  z
    .string()
    .trim()
    .min(options.min, { error: 'is required', abort: true })
    .max(options.max, { error: `must have at most ${options.max} characters`, abort: true });

/** Like `text`, for text that is shown to people. */
export const shownText = (options: {
  readonly min: 0 | 1;
  readonly max: number;
  readonly multiline?: true;
}) => shown(text(options), { required: options.min > 0, multiline: options.multiline });

export const wholeNumber = (options: { readonly min: number; readonly max: number }) =>
  z
    .number()
    .int('must be a whole number')
    .min(options.min, `must be at least ${options.min}`)
    .max(options.max, `must be at most ${options.max}`);

export const money = z.object(
  {
    minorUnits: wholeNumber({ min: 0, max: STOCK_LIMITS.priceMinorUnitsMax }),
    currencyCode: z
      .string()
      .refine(isCurrency, 'must be a current ISO 4217 code in capitals, for example USD'),
  },
  'is required',
);

export const ids = (options: { readonly min: 0 | 1; readonly max: number }) =>
  z
    .array(id)
    .min(options.min, 'must name at least one id')
    .max(options.max, `must name at most ${options.max} ids`);

/** Maximum of protobuf's Duration, in seconds. */
const DURATION_SECONDS_MAX = 315_576_000_000;

const duration = z
  .object({
    seconds: wholeNumber({ min: 0, max: DURATION_SECONDS_MAX }),
    nanos: wholeNumber({ min: 0, max: 999_999_999 }),
  })
  .transform(({ seconds, nanos }) => seconds * 1_000 + Math.floor(nanos / 1_000_000));

/** A hold of one day and a payment grace of another. */
const HOLD_MS_MAX = 2 * 86_400_000;

/** How long a hold lasts, in milliseconds; undefined if unset. */
export const holdMs = duration
  .refine((ms) => ms >= 1 && ms <= HOLD_MS_MAX, 'must be more than 0 and at most two days')
  .optional();

/** Time until a reservation is due, in milliseconds; it can have been extended. */
export const remainingMs = z.preprocess(
  (given) => given ?? { seconds: 0, nanos: 0 },
  duration.refine((ms) => ms >= 1 && ms <= HOLD_MS_MAX, 'must be more than 0 and at most two days'),
);

/** A non-negative Duration in milliseconds; 0 if unset. */
export const durationMs = duration.default(0);
