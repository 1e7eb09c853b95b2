import { DomainError, type DomainErrorKind, isKnownUnwritten } from '@flashreserve/rpc';

/** Kinds of answers after which it is unknown what was done. Every other answer means that nothing was. */
const UNKNOWN_KINDS: ReadonlySet<DomainErrorKind> = new Set([
  'unavailable',
  'deadline',
  'cancelled',
  'internal',
]);

/**
 * Whether units may have been taken by a call of `takeHold` that failed with this error. False when catalog refused, and
 * when the call was never sent.
 */
export const mayHaveTaken = (error: unknown): boolean => {
  if (isKnownUnwritten(error)) return false;
  if (!(error instanceof DomainError)) return true;
  return UNKNOWN_KINDS.has(error.kind) && !isKnownUnwritten(error.cause);
};
