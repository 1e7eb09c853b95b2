import { z } from 'zod';

/**
 * The one rule for ids of our own in every request: a UUID in any case, which is kept and compared in lower case
 * (RFC 9562), so that one id has one spelling.
 */
export const uuid = z.guid('must be a UUID').toLowerCase();

const UUID_PATTERN = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The spelling to keep of an id that callers choose, which may be a UUID; any other text stays as it is. */
export const canonicalId = (id: string): string => (UUID_PATTERN.test(id) ? id.toLowerCase() : id);
