import { ERROR_CATALOGUE, type ErrorReason } from '@flashreserve/contracts/errors';
import { DomainError, type DomainErrorKind } from './domain-error';

/** Compile error if the catalogue has a kind that does not exist. */
const KINDS: Readonly<Record<ErrorReason, { readonly kind: DomainErrorKind }>> = ERROR_CATALOGUE;

/** An error with the kind and the message that the catalogue gives its reason. */
export const refusal = (
  reason: ErrorReason,
  metadata: Readonly<Record<string, string>> = {},
): DomainError =>
  new DomainError({
    kind: KINDS[reason].kind,
    reason,
    message: ERROR_CATALOGUE[reason].example,
    metadata,
  });
