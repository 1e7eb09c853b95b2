import { ERROR_CATALOGUE } from '@flashreserve/contracts/errors';
import { createRefusal, DomainError, overloaded } from '@flashreserve/rpc';

/** An error by its reason, as explained in the catalogue. */
export const refusal = createRefusal(ERROR_CATALOGUE);

/** The password queue is full; nothing was changed. */
export const authBusy = (): DomainError => overloaded('AUTH_BUSY');

/** The caller aborted before its work started; nothing was changed. */
export const callerGone = (): DomainError =>
  new DomainError({
    kind: 'cancelled',
    reason: 'CANCELLED',
    message: 'The caller cancelled the request.',
  });
