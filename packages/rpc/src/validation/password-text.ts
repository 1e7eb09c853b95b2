import { z } from 'zod';

/** The most UTF-16 units that one unit of the normal form can come from (U+1F82). */
const DECOMPOSED_UNITS_MAX = 4;

/**
 * The one form of a password, so that it is the same from every keyboard: Unicode's NFC, and every other space as U+0020
 * (OpaqueString of RFC 8265). Case and widths stay.
 */
const toOpaqueString = (text: string): string => text.replaceAll(/\p{Zs}/gu, ' ').normalize('NFC');

/**
 * A schema of passwords in their one form. Lengths are UTF-16 units of that form; text that is too long for it in any
 * case is left as it is, because normalising may take quadratic time.
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
