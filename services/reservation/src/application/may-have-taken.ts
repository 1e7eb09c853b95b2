import { DomainError, type DomainErrorKind, isKnownUnwritten } from '@flashreserve/rpc';

/** Kinds of errors with an unknown outcome. All other kinds mean that nothing was done. */
const UNKNOWN_KINDS: ReadonlySet<DomainErrorKind> = new Set([
  'unavailable',
  'deadline',
  'cancelled',
  'internal',
]);

/**
 * Whether a `takeHold` call that failed with this error may have taken units. False if catalog
 * refused or the call was never sent.
 */
export const mayHaveTaken = (error: unknown): boolean => {
  if (isKnownUnwritten(error)) return false;
  if (!(error instanceof DomainError)) return true;
  return UNKNOWN_KINDS.has(error.kind) && !isKnownUnwritten(error.cause);
};
