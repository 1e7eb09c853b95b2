import { domainToASCII } from 'node:url';
import type { z } from 'zod';
import { INVISIBLE } from './shown-text';

/** Maximum length of an address in SMTP, in bytes of UTF-8 (RFC 5321). */
export const EMAIL_LENGTH_MAX = 254;
const LOCAL_PART_BYTES_MAX = 64;

/** Longer text is never a valid address, and normalizing it could take quadratic time. */
const NORMALISED_LENGTH_MAX = 1_024;

// The dot-atom of RFC 5321 without quoting, with the letters of RFC 6531 except invisible ones,
// which would make different addresses look alike.
const ATOM = String.raw`[^${INVISIBLE}"(),.:;<>@\[\\\]]+`;
const LETTER = String.raw`[^${INVISIBLE}!-/:-@\[-\u0060{-~]`;
const LETTER_OR_HYPHEN = String.raw`[^${INVISIBLE}!-,./:-@\[-\u0060{-~]`;
const LABEL = `${LETTER}(?:${LETTER_OR_HYPHEN}{0,61}${LETTER})?`;

const DOMAIN = `${LABEL}(?:\\.${LABEL})+`;
const DOMAIN_PATTERN = new RegExp(`^${DOMAIN}$`);

/**
 * The published pattern of an address: it needs no flag and no rare feature, and takes linear time.
 */
const EMAIL_PATTERN = new RegExp(`^${ATOM}(?:\\.${ATOM})*@${DOMAIN}$`);

/** The domain of a normalized address. */
const ASCII_DOMAIN =
  /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+$/;

const isAscii = (text: string): boolean => !/[^\0-\x7f]/.test(text);

const toAsciiDomain = (domain: string): string => {
  // Node parses a domain as a URL's host, in which escapes, ports and paths have a meaning.
  if (isAscii(domain) || !DOMAIN_PATTERN.test(domain)) return domain.toLowerCase();
  return domainToASCII(domain) || domain;
};

/**
 * The form in which addresses are stored, compared and counted, so that every spelling is the same
 * account: trimmed, in lower case, with the part before the "@" in NFC and the domain in ASCII
 * (IDNA). Accepts any text; text of more than 1,024 characters is returned unchanged.
 */
export const normaliseEmail = (text: string): string => {
  const trimmed = text.trim();
  if (trimmed.length > NORMALISED_LENGTH_MAX) return trimmed;
  const at = trimmed.lastIndexOf('@');
  if (at < 0) return trimmed.normalize('NFC').toLowerCase().normalize('NFC');
  const localPart = trimmed.slice(0, at).normalize('NFC').toLowerCase().normalize('NFC');
  return `${localPart}@${toAsciiDomain(trimmed.slice(at + 1))}`;
};

/** Whether the stored form of the address can receive mail. */
const canBeSentTo = (text: string): boolean => {
  const email = normaliseEmail(text);
  const at = email.lastIndexOf('@');
  return (
    EMAIL_PATTERN.test(text.trim()) &&
    Buffer.byteLength(email) <= EMAIL_LENGTH_MAX &&
    Buffer.byteLength(email.slice(0, at)) <= LOCAL_PART_BYTES_MAX &&
    ASCII_DOMAIN.test(email.slice(at + 1))
  );
};

/**
 * The rule for addresses in requests and settings: a dot-atom or its international form, and a
 * domain of at least two labels. At most 254 bytes with the domain in ASCII, and 64 before the "@".
 * Does not normalize; see `normaliseEmail`.
 */
export const emailAddress = (schema: z.ZodString): z.ZodString => {
  const error = 'must be an e-mail address';
  return schema
    .max(EMAIL_LENGTH_MAX, {
      error: `must have at most ${EMAIL_LENGTH_MAX} characters`,
      abort: true,
    })
    .regex(EMAIL_PATTERN, { error, abort: true })
    .refine(canBeSentTo, error);
};
