import { invalidRequest } from '@flashreserve/rpc';

/** The strong ETag of a product: its revision, and what identifies these bytes. */
const PRODUCT_TAG = /^"(\d{1,15})\.[\w-]+"$/;

/** No product ever has it. */
const NEVER = 0;

/**
 * The revision that `If-Match` requires of a product; undefined if it accepts any. Only the
 * revision in an ETag counts: the rest of it also changes with the stock, which a change of the
 * product leaves alone. Weak ETags never match (RFC 9110, 13.1.1).
 *
 * @throws DomainError INVALID_REQUEST for ETags of several revisions
 */
export const expectedRevisionOf = (ifMatch: string | undefined): number | undefined => {
  if (ifMatch === undefined || ifMatch.trim() === '*') return undefined;
  const revisions = new Set(
    ifMatch.split(',').flatMap((tag) => {
      const [, revision] = PRODUCT_TAG.exec(tag.trim()) ?? [];
      return revision === undefined ? [] : [Number(revision)];
    }),
  );
  if (revisions.size > 1) {
    throw invalidRequest([
      { field: '/headers/if-match', description: 'must name one version of the product' },
    ]);
  }
  const [revision = NEVER] = revisions;
  return revision;
};
