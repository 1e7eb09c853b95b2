import { REFUSAL_DETAILS } from '@flashreserve/ops';
import { DomainError, type FieldViolation } from './domain-error';

/** The request violates its schema. Lists every invalid field found. */
export const invalidRequest = (fieldViolations: readonly FieldViolation[]): DomainError =>
  new DomainError({
    kind: 'invalid',
    reason: 'INVALID_REQUEST',
    message: `The request is invalid: ${fieldViolations
      .map(({ field, description }) => `${field || 'request'}: ${description}`)
      .join('; ')}`,
    fieldViolations,
  });

/** A page token that this service did not issue, or issued for a different filter. */
export const invalidPageToken = (): DomainError =>
  new DomainError({
    kind: 'invalid',
    reason: 'INVALID_PAGE_TOKEN',
    message: 'The page token is not valid for this list.',
    fieldViolations: [{ field: 'page_token', description: 'is not valid for this list' }],
  });

/** No token, or one that does not verify. Gives no further detail, to not help an attacker. */
export const unauthenticated = (
  reason: 'TOKEN_MISSING' | 'TOKEN_INVALID' | 'TOKEN_EXPIRED' | 'TOKEN_REVOKED',
): DomainError =>
  new DomainError({
    kind: 'unauthenticated',
    reason,
    message: {
      TOKEN_MISSING: 'An access token is required.',
      TOKEN_INVALID: 'The access token is not valid.',
      TOKEN_EXPIRED: 'The access token has expired.',
      TOKEN_REVOKED: 'The session of the access token has ended. Log in again.',
    }[reason],
  });

export const adminRequired = (): DomainError =>
  new DomainError({
    kind: 'forbidden',
    reason: 'ADMIN_REQUIRED',
    message: 'Only an administrator may do this.',
  });

export const serviceRequired = (): DomainError =>
  new DomainError({
    kind: 'forbidden',
    reason: 'SERVICE_REQUIRED',
    message: 'Only a service may do this.',
  });

/** The service is authenticated but not permitted to make this call. */
export const serviceNotAllowed = (): DomainError =>
  new DomainError({
    kind: 'forbidden',
    reason: 'SERVICE_NOT_ALLOWED',
    message: 'This service may not do this.',
  });

/** The API client, or its token, does not have the scope. */
export const scopeRequired = (scope: string): DomainError =>
  new DomainError({
    kind: 'forbidden',
    reason: 'SCOPE_REQUIRED',
    message: `The scope ${scope} is required.`,
    metadata: { scope },
  });

export const permissionDenied = (message: string): DomainError =>
  new DomainError({ kind: 'forbidden', reason: 'PERMISSION_DENIED', message });

/** A store or downstream service did not respond; whether a write was applied is unknown. */
export const unavailable = (
  reason: string,
  message: string,
  options: { readonly cause?: unknown } = {},
): DomainError => new DomainError({ kind: 'unavailable', reason, message, cause: options.cause });

/** The queue is full; nothing was applied. */
export const overloaded = (reason = 'OVERLOADED'): DomainError =>
  new DomainError({
    kind: 'exhausted',
    reason,
    message: REFUSAL_DETAILS.OVERLOADED,
  });

/** The client has not sent the whole of its request in time; nothing was done. */
export const requestTimeout = (): DomainError =>
  new DomainError({
    kind: 'invalid',
    reason: 'REQUEST_TIMEOUT',
    message: REFUSAL_DETAILS.REQUEST_TIMEOUT,
  });

/** The store did not reply; whether anything was written is unknown. */
export const storeUnavailable = (cause?: unknown): DomainError =>
  unavailable('STORE_UNAVAILABLE', 'The store does not answer. Try again shortly.', { cause });

/**
 * The caller exceeded a rate limit; nothing was applied. Over HTTP the two numbers become
 * `Retry-After` and the `RateLimit` headers.
 */
export const limited = (refusal: {
  readonly reason: string;
  readonly message: string;
  /** Maximum per window. */
  readonly limit: number;
  /** Undefined for a limit on what is open at the same time. */
  readonly windowSeconds?: number | undefined;
  /** Seconds until a retry can succeed. Raised to at least 1. */
  readonly retryAfterSeconds: number;
}): DomainError =>
  new DomainError({
    kind: 'exhausted',
    reason: refusal.reason,
    message: refusal.message,
    metadata: {
      limit: String(refusal.limit),
      ...(refusal.windowSeconds !== undefined && { windowSeconds: String(refusal.windowSeconds) }),
      retryAfterSeconds: String(Math.max(1, Math.ceil(refusal.retryAfterSeconds))),
    },
  });

export const deadlineExceeded = (cause?: unknown): DomainError =>
  new DomainError({
    kind: 'deadline',
    reason: 'DEADLINE_EXCEEDED',
    message: 'The request exceeded its deadline.',
    cause,
  });
