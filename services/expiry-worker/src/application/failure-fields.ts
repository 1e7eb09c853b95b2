import { DomainError, type DomainErrorKind } from '@flashreserve/rpc';

const OUTAGE_KINDS: ReadonlySet<DomainErrorKind> = new Set([
  'unavailable',
  'deadline',
  'exhausted',
]);

/** True when a service is away or busy, which passes by itself. */
export const isOutage = (error: unknown): boolean =>
  error instanceof DomainError && OUTAGE_KINDS.has(error.kind);

/** What a log line says about a failure. An outage has no stack that would tell anybody anything. */
export const failureFields = (error: unknown): Readonly<Record<string, unknown>> =>
  error instanceof DomainError && isOutage(error)
    ? { reason: error.reason, detail: error.message }
    : { err: error };
