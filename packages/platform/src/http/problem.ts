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
  REQUEST_TIMEOUT: 408,
  HEADERS_TOO_LARGE: 431,
};

/** Where every reason is explained: a page of the gateway, so the reference holds wherever it runs. */
const ERROR_DOCS_URL = '/errors';

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

/** `lines[0].quantity` as a JSON pointer: `/lines/0/quantity`. What is a pointer already stays as it is. */
export const toJsonPointer = (field: string): string =>
  field === '' || field.startsWith('/')
    ? field
    : `/${field.replaceAll('[', '.').replaceAll(']', '').split('.').join('/')}`;

export const toHttpStatus = (error: DomainError): number =>
  HTTP_STATUS_BY_REASON[error.reason] ?? HTTP_STATUS_BY_KIND[error.kind];

/** Seconds after which a busy or absent server is worth another try. */
const RETRY_AFTER_SECONDS = '1';

/** What a used-up limit tells its client; see `limited`. Nothing is left of it until it is reset. */
const toLimitHeaders = ({ metadata }: DomainError): Readonly<Record<string, string>> => {
  const { limit, retryAfterSeconds } = metadata;
  if (limit === undefined || retryAfterSeconds === undefined) return {};
  return {
    'retry-after': retryAfterSeconds,
    'ratelimit-limit': limit,
    'ratelimit-remaining': '0',
    'ratelimit-reset': retryAfterSeconds,
  };
};

/**
 * Headers that must go with an error: how to authenticate on 401 (RFC 6750), when to try again on 429 and 503, and
 * which limit is used up on 429 (the `RateLimit-*` fields of draft-ietf-httpapi-ratelimit-headers-06).
 */
export const toProblemHeaders = (error: DomainError): Readonly<Record<string, string>> => {
  const status = toHttpStatus(error);
  if (status === 401) {
    const refusedToken = /^TOKEN_(?:INVALID|EXPIRED|REVOKED)$/.test(error.reason);
    const why = `, error="invalid_token", error_description="${error.message}"`;
    return { 'www-authenticate': `Bearer realm="flashreserve"${refusedToken ? why : ''}` };
  }
  if (status === 429) return { 'retry-after': RETRY_AFTER_SECONDS, ...toLimitHeaders(error) };
  return status === 503 ? { 'retry-after': RETRY_AFTER_SECONDS } : {};
};

/** The `type` of a reason's problems, and the anchor under which `errorDocsUrl` explains it. */
export const toProblemType = (reason: string, errorDocsUrl: string = ERROR_DOCS_URL): string =>
  `${errorDocsUrl}#${reason.toLowerCase().replaceAll('_', '-')}`;

/**
 * Makes the answer's body. An internal error says nothing but its request id. `errorDocsUrl` is the page that
 * `type` points into; without it `type` is a relative reference, which RFC 9457 allows.
 */
export const toProblem = (
  error: DomainError,
  request: {
    readonly instance: string;
    readonly requestId: string;
    readonly errorDocsUrl?: string | undefined;
  },
): Problem => {
  const status = toHttpStatus(error);
  const safe =
    error.kind === 'internal'
      ? new DomainError({ kind: 'internal', reason: 'INTERNAL', message: 'Internal error.' })
      : error;
  const metadata = Object.entries(safe.metadata).filter(([name]) => !RESERVED.has(name));
  return {
    type: toProblemType(safe.reason, request.errorDocsUrl),
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
