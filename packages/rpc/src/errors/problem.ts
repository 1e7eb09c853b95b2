import { createProblem, type Problem } from '@flashreserve/ops';
import { DomainError, type DomainErrorKind } from './domain-error';
import { toRateLimitHeaders } from './rate-limit-headers';

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

/** Reasons whose HTTP status differs from the one of their kind. */
const HTTP_STATUS_BY_REASON: Readonly<Record<string, number>> = {
  BODY_TOO_LARGE: 413,
  METHOD_NOT_ALLOWED: 405,
  UNSUPPORTED_MEDIA_TYPE: 415,
  REQUEST_TIMEOUT: 408,
  HEADERS_TOO_LARGE: 431,
  // As draft-ietf-httpapi-idempotency-key-header says: the request can never succeed with this key.
  IDEMPOTENCY_KEY_REUSED: 422,
  REQUEST_ID_REUSED: 422,
  // The precondition is the header `If-Match`.
  PRODUCT_CHANGED: 412,
};

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

/**
 * Converts `lines[0].quantity` to the JSON pointer `/lines/0/quantity`. Keeps JSON pointers as is.
 */
export const toJsonPointer = (field: string): string =>
  field === '' || field.startsWith('/')
    ? field
    : `/${field.replaceAll('[', '.').replaceAll(']', '').split('.').join('/')}`;

/** The server is short of capacity and the client is not to blame: 503 instead of 429. */
const isServerBusy = (reason: string): boolean =>
  reason === 'OVERLOADED' || reason.endsWith('_BUSY');

export const toHttpStatus = ({ kind, reason }: DomainError): number =>
  isServerBusy(reason) ? 503 : (HTTP_STATUS_BY_REASON[reason] ?? HTTP_STATUS_BY_KIND[kind]);

/** `Retry-After` of a busy or unavailable server, in seconds. */
const RETRY_AFTER_SECONDS = '1';

/** The name of a limit: `reservation-rate` for RESERVATION_RATE_LIMITED. */
const policyOf = (reason: string): string =>
  reason
    .toLowerCase()
    .replace(/_limited$/, '')
    .replaceAll('_', '-');

/** Headers of an exceeded rate limit; see `limited`. Nothing remains until the reset. */
const toLimitHeaders = ({ reason, metadata }: DomainError): Readonly<Record<string, string>> => {
  const { limit, windowSeconds, retryAfterSeconds } = metadata;
  if (limit === undefined || retryAfterSeconds === undefined) return {};
  return {
    'retry-after': retryAfterSeconds,
    ...toRateLimitHeaders({
      policy: policyOf(reason),
      limit: Number(limit),
      windowSeconds: windowSeconds === undefined ? undefined : Number(windowSeconds),
      remaining: 0,
      resetSeconds: Number(retryAfterSeconds),
    }),
  };
};

/**
 * Headers required with an error: how to authenticate on 401 and which scope is missing (RFC 6750),
 * when to retry on 429 and 503, and the exceeded limit on 429.
 */
export const toProblemHeaders = (error: DomainError): Readonly<Record<string, string>> => {
  const status = toHttpStatus(error);
  if (status === 401) {
    const refusedToken = /^(?:TOKEN_(?:INVALID|EXPIRED|REVOKED)|API_KEY_INVALID)$/.test(
      error.reason,
    );
    const why = `, error="invalid_token", error_description="${error.message}"`;
    return { 'www-authenticate': `Bearer realm="flashreserve"${refusedToken ? why : ''}` };
  }
  const { scope } = error.metadata;
  if (error.reason === 'SCOPE_REQUIRED' && scope !== undefined) {
    const why = `error="insufficient_scope", scope="${scope}"`;
    return { 'www-authenticate': `Bearer realm="flashreserve", ${why}` };
  }
  if (status === 429) return { 'retry-after': RETRY_AFTER_SECONDS, ...toLimitHeaders(error) };
  return status === 503 ? { 'retry-after': RETRY_AFTER_SECONDS } : {};
};

/**
 * Builds the response body. An internal error reveals nothing but its request id. `errorDocsUrl` is
 * the page that `type` links to; without it `type` is a relative reference, as RFC 9457 allows.
 */
export const toProblem = (
  error: DomainError,
  request: {
    readonly instance: string;
    readonly requestId: string;
    readonly errorDocsUrl?: string | undefined;
    /** Metadata that are numbers. In `google.rpc.ErrorInfo` they travel as text. */
    readonly numbers?: ReadonlySet<string> | undefined;
  },
): Problem => {
  const status = toHttpStatus(error);
  const safe =
    error.kind === 'internal'
      ? new DomainError({ kind: 'internal', reason: 'INTERNAL', message: 'Internal error.' })
      : error;
  const metadata = Object.entries(safe.metadata)
    .filter(([name]) => !RESERVED.has(name))
    .map(([name, text]) => [name, request.numbers?.has(name) === true ? Number(text) : text]);
  return {
    ...createProblem({ ...request, status, reason: safe.reason, detail: safe.message }),
    ...(safe.fieldViolations.length > 0 && {
      errors: safe.fieldViolations.map(({ field, description }) => ({
        pointer: toJsonPointer(field),
        detail: description,
      })),
    }),
    ...Object.fromEntries(metadata),
  };
};
