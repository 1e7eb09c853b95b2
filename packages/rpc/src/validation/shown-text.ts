import type { z } from 'zod';

const CONTROLS = String.raw`\u0000-\u001f\u007f-\u009f`;
const CONTROLS_BUT_LINES = String.raw`\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f`;
const LINE_WHITE_SPACE = String.raw`\t\n\r`;
/** What `trim` removes, except control characters. */
const SPACES = String.raw`\u0020\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff`;
/** Spaces, zero-width and direction characters, fillers and variation selectors. */
const UNSEEN = String.raw`\u0020\u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb`;

/**
 * Invisible characters below U+10000: the content of a character class, the same with and without
 * the flag `u`.
 */
export const INVISIBLE = `${CONTROLS}${UNSEEN}`;

/** The same for all of Unicode, which requires the flag `u`. */
const VISIBLE = new RegExp(
  String.raw`[^${INVISIBLE}\p{Surrogate}\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]`,
  'u',
);

interface Kind {
  readonly control: RegExp;
  /** With at least one visible character. */
  readonly required: RegExp;
  /** The same, or blank. */
  readonly optional: RegExp;
}

/** Each pattern takes linear time for any text: no two adjacent parts match the same character. */
const kindOf = (controls: string, lineWhiteSpace: string): Kind => {
  const blanks = `${lineWhiteSpace}${SPACES}`;
  const unseen = `${lineWhiteSpace}${UNSEEN}`;
  const shown = `[${unseen}]*[^${controls}${unseen}][^${controls}]*`;
  return {
    control: new RegExp(`[${controls}]`),
    required: new RegExp(`^${shown}$`),
    optional: new RegExp(`^(?:[${blanks}]*|${shown})$`),
  };
};

const ONE_LINE = kindOf(CONTROLS, '');
const SEVERAL_LINES = kindOf(CONTROLS_BUT_LINES, LINE_WHITE_SPACE);

const isWellFormed = (value: string): boolean => !/\p{Surrogate}/u.test(value);

/**
 * Lone surrogates cannot be encoded as UTF-8. No portable pattern can express this, so the
 * documents state it in words.
 */
export const wellFormed = (schema: z.ZodString): z.ZodString =>
  schema.refine(isWellFormed, { error: 'must be well-formed text', abort: true });

/**
 * The rule for displayed text, such as names and reasons: no control characters (multiline text may
 * have tabs and line breaks), well-formed, and at least one visible character, because an invisible
 * name looks like no name. Emoji and every script are allowed. Optional text may also be blank.
 *
 * The pattern is published, and JSON Schema has no flags: it uses only features that all engines
 * have (no `\p{…}`), and cannot reject the few invisible characters from U+10000 on, which are
 * checked nevertheless.
 */
export const shownText = (
  schema: z.ZodString,
  options: { readonly required: boolean; readonly multiline?: true | undefined },
): z.ZodString => {
  const { control, required, optional } = options.multiline ? SEVERAL_LINES : ONE_LINE;
  const rule = options.required ? required : optional;
  const invisible = 'must have a visible character';
  return wellFormed(
    schema.regex(rule, {
      error: ({ input }) =>
        control.test(String(input)) ? 'must not contain control characters' : invisible,
      abort: true,
    }),
  ).refine((text) => text.trim() === '' || VISIBLE.test(text), invisible);
};
