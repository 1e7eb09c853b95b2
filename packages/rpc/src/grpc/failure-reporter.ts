import { createFailureLog, describeCauses, type Logger } from '@flashreserve/ops';
import { status } from '@grpc/grpc-js';
import { DomainError } from '../errors/domain-error';
import { toStatus } from './status-mapping';

/** Statuses unrelated to this service's health; logged at "debug". */
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

/** Groups unexpected errors for log throttling. */
const kindOf = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message.slice(0, 100)}` : typeof error;

/**
 * Converts an error thrown by a handler to the one sent to the caller, and logs it at the
 * appropriate level. Recurring failures are counted instead of logged each time.
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
        message: 'Call failed unexpectedly.',
      });
    } else if (!EXPECTED_STATUSES.has(toStatus(known.kind))) {
      logFailure({
        log,
        level: 'warn',
        key: known.reason,
        fields: { method, requestId, reason: known.reason, causes: describeCauses(known) },
        message: 'Call could not be served.',
      });
    } else {
      log.debug({ method, requestId, reason: known.reason }, 'Call rejected.');
    }
    return known ?? new DomainError(INTERNAL);
  };
};
