import { z } from 'zod';

/** The maximum number of UTF-16 units that normalize to one unit (U+1F82). */
const DECOMPOSED_UNITS_MAX = 4;

/**
 * Normalizes a password, so that it is the same from every keyboard: Unicode's NFC, and every other
 * space as U+0020 (OpaqueString of RFC 8265). Case and width are kept.
 */
const toOpaqueString = (text: string): string => text.replaceAll(/\p{Zs}/gu, ' ').normalize('NFC');

/**
 * A schema of passwords in normalized form. Lengths are UTF-16 units of that form; text that is too
 * long in any form is rejected without normalizing, which could take quadratic time.
 */
export const passwordText = (options: {
  readonly min: number;
  readonly max: number;
  readonly tooShort: string;
  readonly tooLong: string;
}): z.ZodString =>
  z
    .string(options.tooShort)
    .overwrite((text) =>
      text.length > options.max * DECOMPOSED_UNITS_MAX ? text : toOpaqueString(text),
    )
    .min(options.min, options.tooShort)
    .max(options.max, options.tooLong);
