import { status } from '@grpc/grpc-js';
import { DomainError, describeCauses } from '../errors';
import type { Logger } from '../logging';
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

/** Turns whatever a handler threw into what its caller may see, and logs it as loudly as it deserves. */
export const createFailureReporter =
  (options: {
    readonly translateError: (error: unknown) => DomainError | undefined;
    readonly log: Logger;
  }) =>
  (error: unknown, method: string, requestId: string): DomainError => {
    const { log } = options;
    const known = error instanceof DomainError ? error : options.translateError(error);
    if (known === undefined) {
      log.error({ err: error, method, requestId }, 'A call failed unexpectedly.');
    } else if (!EXPECTED_STATUSES.has(toStatus(known.kind))) {
      log.warn(
        { method, requestId, reason: known.reason, causes: describeCauses(known) },
        'A call could not be served.',
      );
    } else {
      log.debug({ method, requestId, reason: known.reason }, 'A call was refused.');
    }
    return known ?? new DomainError(INTERNAL);
  };
