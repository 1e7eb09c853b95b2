import { domainToASCII } from 'node:url';
import type { z } from 'zod';
import { INVISIBLE } from './shown-text';

/** Longest address that SMTP can carry, in bytes of UTF-8 (RFC 5321). */
export const EMAIL_LENGTH_MAX = 254;
const LOCAL_PART_BYTES_MAX = 64;

/** Longer text is no address in any form, and normalising it may take quadratic time. */
const NORMALISED_LENGTH_MAX = 1_024;

// RFC 5321's dot-atom without quoting, with the letters of RFC 6531, all but invisible ones: nobody could tell two
// addresses apart that differ only there.
const ATOM = String.raw`[^${INVISIBLE}"(),.:;<>@\[\\\]]+`;
const LETTER = String.raw`[^${INVISIBLE}!-/:-@\[-\u0060{-~]`;
const LETTER_OR_HYPHEN = String.raw`[^${INVISIBLE}!-,./:-@\[-\u0060{-~]`;
const LABEL = `${LETTER}(?:${LETTER_OR_HYPHEN}{0,61}${LETTER})?`;

const DOMAIN = `${LABEL}(?:\\.${LABEL})+`;
const DOMAIN_PATTERN = new RegExp(`^${DOMAIN}$`);

/** What an address looks like: published, so it needs no flag and no rare feature. Reads its text once. */
const EMAIL_PATTERN = new RegExp(`^${ATOM}(?:\\.${ATOM})*@${DOMAIN}$`);

/** The domain of a normalised address. */
const ASCII_DOMAIN =
  /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+$/;

const isAscii = (text: string): boolean => !/[^\0-\x7f]/.test(text);

const toAsciiDomain = (domain: string): string => {
  // Node reads a domain as a URL's host, in which escapes, ports and paths have a meaning.
  if (isAscii(domain) || !DOMAIN_PATTERN.test(domain)) return domain.toLowerCase();
  return domainToASCII(domain) || domain;
};

/**
 * The form in which addresses are stored, compared and counted, so that no spelling makes a second account: without
 * blanks around, in lower case, the part before the "@" in NFC and the domain in ASCII (IDNA). Any text may come, an
 * address or not; one of more than 1,024 characters stays as it is.
 */
export const normaliseEmail = (text: string): string => {
  const trimmed = text.trim();
  if (trimmed.length > NORMALISED_LENGTH_MAX) return trimmed;
  const at = trimmed.lastIndexOf('@');
  if (at < 0) return trimmed.normalize('NFC').toLowerCase().normalize('NFC');
  const localPart = trimmed.slice(0, at).normalize('NFC').toLowerCase().normalize('NFC');
  return `${localPart}@${toAsciiDomain(trimmed.slice(at + 1))}`;
};

/** True when mail could be sent to the address as it is stored. */
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
 * The one rule for addresses in requests and settings: a dot-atom or its international form, and a domain of at least two
 * labels. At most 254 bytes with the domain in ASCII, and 64 before the "@". The text stays as it is; see `normaliseEmail`.
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
