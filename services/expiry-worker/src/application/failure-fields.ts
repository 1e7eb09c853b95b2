import { DomainError, type DomainErrorKind } from '@flashreserve/rpc';

const OUTAGE_KINDS: ReadonlySet<DomainErrorKind> = new Set([
  'unavailable',
  'deadline',
  'exhausted',
]);

/** Whether a service is down or overloaded, which passes without intervention. */
export const isOutage = (error: unknown): boolean =>
  error instanceof DomainError && OUTAGE_KINDS.has(error.kind);

/**
 * Log fields of a failure. Outages are logged without a stack, which would carry no information.
 */
export const failureFields = (error: unknown): Readonly<Record<string, unknown>> =>
  error instanceof DomainError && isOutage(error)
    ? { reason: error.reason, detail: error.message }
    : { err: error };
