import { STATUS_CODES } from 'node:http';
import { DomainError, type DomainErrorKind } from '../errors';

/** RFC 9457 problem details with our extension members. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly reason: string;
  readonly requestId: string;
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
  readonly [metadata: string]: unknown;
}

const HTTP_STATUS_BY_KIND = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  'already-exists': 409,
  precondition: 409,
  conflict: 409,
  exhausted: 429,
  unavailable: 503,
  deadline: 504,
  cancelled: 499,
  internal: 500,
} as const satisfies Record<DomainErrorKind, number>;

/** Reasons whose HTTP status is not their kind's: the server is busy, the client is not to blame. */
const HTTP_STATUS_BY_REASON: Readonly<Record<string, number>> = {
  OVERLOADED: 503,
  AUTH_BUSY: 503,
  BODY_TOO_LARGE: 413,
  METHOD_NOT_ALLOWED: 405,
  UNSUPPORTED_MEDIA_TYPE: 415,
};

/** Where every reason is explained. */
const ERROR_DOCS_URL = 'https://flashreserve.dev/errors#';

/** Names that metadata must not overwrite. */
const RESERVED: ReadonlySet<string> = new Set([
  'type',
  'title',
  'status',
  'detail',
  'instance',
  'reason',
  'requestId',
  'errors',
]);

/** `lines[0].quantity` as a JSON pointer: `/lines/0/quantity`. */
export const toJsonPointer = (field: string): string =>
  field === '' ? '' : `/${field.replaceAll('[', '.').replaceAll(']', '').split('.').join('/')}`;

export const toHttpStatus = (error: DomainError): number =>
  HTTP_STATUS_BY_REASON[error.reason] ?? HTTP_STATUS_BY_KIND[error.kind];

/** Makes the answer's body. An internal error says nothing but its request id. */
export const toProblem = (
  error: DomainError,
  request: { readonly instance: string; readonly requestId: string },
): Problem => {
  const status = toHttpStatus(error);
  const safe =
    error.kind === 'internal'
      ? new DomainError({ kind: 'internal', reason: 'INTERNAL', message: 'Internal error.' })
      : error;
  const metadata = Object.entries(safe.metadata).filter(([name]) => !RESERVED.has(name));
  return {
    type: `${ERROR_DOCS_URL}${safe.reason.toLowerCase().replaceAll('_', '-')}`,
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail: safe.message,
    instance: request.instance,
    reason: safe.reason,
    requestId: request.requestId,
    ...(safe.fieldViolations.length > 0 && {
      errors: safe.fieldViolations.map(({ field, description }) => ({
        pointer: toJsonPointer(field),
        detail: description,
      })),
    }),
    ...Object.fromEntries(metadata),
  };
};
