export {
  adminRequired,
  deadlineExceeded,
  invalidPageToken,
  invalidRequest,
  limited,
  overloaded,
  permissionDenied,
  requestTimeout,
  serviceNotAllowed,
  serviceRequired,
  unauthenticated,
  unavailable,
} from './common-errors';
export { describeCauses } from './describe-causes';
export {
  DomainError,
  type DomainErrorKind,
  type DomainErrorOptions,
  type FieldViolation,
} from './domain-error';
export { invariant } from './invariant';
