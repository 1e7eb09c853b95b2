import { z } from 'zod';

/**
 * The rule for internal ids in every request: a UUID in any case, stored and compared in lower case
 * (RFC 9562), so that each id has one spelling.
 */
export const uuid = z.guid('must be a UUID').toLowerCase();

const UUID_PATTERN = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The stored form of an id chosen by callers, which may be a UUID; other text stays unchanged. */
export const canonicalId = (id: string): string => (UUID_PATTERN.test(id) ? id.toLowerCase() : id);
