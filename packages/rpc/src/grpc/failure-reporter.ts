import { createFailureLog, describeCauses, type Logger } from '@flashreserve/ops';
import { status } from '@grpc/grpc-js';
import { DomainError } from '../errors/domain-error';
import { toStatus } from './status-mapping';

/** Statuses that say nothing about this service's health and are logged quietly. */
const EXPECTED_STATUSES: ReadonlySet<number> = new Set([
  status.INVALID_ARGUMENT,
  status.UNAUTHENTICATED,
  status.PERMISSION_DENIED,
  status.NOT_FOUND,
  status.ALREADY_EXISTS,
  status.FAILED_PRECONDITION,
  status.ABORTED,
  status.CANCELLED,
]);

const INTERNAL = { kind: 'internal', reason: 'INTERNAL', message: 'Internal error.' } as const;

/** Bugs of one kind fail at one place, so far as the log can know. */
const kindOf = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message.slice(0, 100)}` : typeof error;

/**
 * Turns whatever a handler threw into what its caller may see, and logs it as loudly as it deserves: what goes on is
 * counted and not repeated.
 */
export const createFailureReporter = (options: {
  readonly translateError: (error: unknown) => DomainError | undefined;
  readonly log: Logger;
}) => {
  const { log } = options;
  const logFailure = createFailureLog();
  return (error: unknown, method: string, requestId: string): DomainError => {
    const known = error instanceof DomainError ? error : options.translateError(error);
    if (known === undefined) {
      logFailure({
        log,
        level: 'error',
        key: `${method} ${kindOf(error)}`,
        fields: { err: error, method, requestId },
        message: 'A call failed unexpectedly.',
      });
    } else if (!EXPECTED_STATUSES.has(toStatus(known.kind))) {
      logFailure({
        log,
        level: 'warn',
        key: known.reason,
        fields: { method, requestId, reason: known.reason, causes: describeCauses(known) },
        message: 'A call could not be served.',
      });
    } else {
      log.debug({ method, requestId, reason: known.reason }, 'A call was refused.');
    }
    return known ?? new DomainError(INTERNAL);
  };
};
