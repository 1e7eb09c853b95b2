import { status } from '@grpc/grpc-js';
import type { DomainErrorKind } from '../errors/domain-error';

/** Maps error kinds to gRPC statuses; a missing kind does not compile. */
const STATUS_BY_KIND = {
  invalid: status.INVALID_ARGUMENT,
  unauthenticated: status.UNAUTHENTICATED,
  forbidden: status.PERMISSION_DENIED,
  'not-found': status.NOT_FOUND,
  'already-exists': status.ALREADY_EXISTS,
  precondition: status.FAILED_PRECONDITION,
  conflict: status.ABORTED,
  exhausted: status.RESOURCE_EXHAUSTED,
  unavailable: status.UNAVAILABLE,
  deadline: status.DEADLINE_EXCEEDED,
  cancelled: status.CANCELLED,
  internal: status.INTERNAL,
} as const satisfies Record<DomainErrorKind, status>;

const KIND_BY_STATUS = new Map<status, DomainErrorKind>(
  Object.entries(STATUS_BY_KIND).map(([kind, code]) => [code, kind as DomainErrorKind]),
);

export const toStatus = (kind: DomainErrorKind): status => STATUS_BY_KIND[kind];

/** Statuses without a kind (UNKNOWN, DATA_LOSS, UNIMPLEMENTED, ...) indicate a bug: internal. */
export const toKind = (code: status): DomainErrorKind => KIND_BY_STATUS.get(code) ?? 'internal';
