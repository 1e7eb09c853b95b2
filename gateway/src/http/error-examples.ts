import { ERROR_CATALOGUE, type ErrorReason } from '@flashreserve/contracts/errors';
import { DomainError, toHttpStatus } from '@flashreserve/rpc';

/** The error as thrown by a service or the gateway. */
export const exampleError = (reason: ErrorReason): DomainError => {
  const { kind, example: message } = ERROR_CATALOGUE[reason];
  const fieldViolations =
    reason === 'INVALID_REQUEST'
      ? [{ field: '/quantity', description: 'must be a whole number from 1 to 100' }]
      : [];
  return new DomainError({ kind, reason, message, fieldViolations });
};

export const statusOf = (reason: ErrorReason): number => toHttpStatus(exampleError(reason));
