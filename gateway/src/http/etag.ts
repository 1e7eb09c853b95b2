import { createHash } from 'node:crypto';

/** 132 bits of the hash: two versions of a document never share an ETag by chance. */
const CHARACTERS = 22;

/**
 * The strong ETag of a body, the same on every gateway. With a revision, it begins with it: see
 * `expectedRevisionOf`.
 */
export const etagOf = (content: Buffer | string, revision?: number): string => {
  const digest = createHash('sha256').update(content).digest('base64url').slice(0, CHARACTERS);
  return revision === undefined ? `"${digest}"` : `"${revision}.${digest}"`;
};

const WEAK = /^W\//;

/**
 * Whether the client's copy is current, so that 304 is the answer. Compares weakly, as RFC 9110,
 * 13.1.2 requires: a proxy that compressed the body has made its ETag weak. Our own ETags contain
 * no comma, so the list is split at each.
 */
export const isUnchanged = (ifNoneMatch: string | undefined, etag: string): boolean => {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch === etag || ifNoneMatch.trim() === '*') return true;
  const current = etag.replace(WEAK, '');
  return ifNoneMatch.split(',').some((known) => known.trim().replace(WEAK, '') === current);
};
