import { clientSubject } from '@flashreserve/identity';
import { deriveId, newId } from '@flashreserve/ops';
import type { ClientPrincipal, UserPrincipal } from './route';

/** Must never change: retries of requests from before the change would not be recognised. */
const NAMESPACE = '6f1d3d0e-5a0b-4a3f-9d5c-0b8a5f2f7c11';

/** No user has the subject of a client as its id, which is a UUID. */
const subjectOf = (caller: UserPrincipal | ClientPrincipal): string =>
  caller.kind === 'user' ? caller.userId : clientSubject(caller.clientId);

/**
 * The request id that makes a catalog write idempotent. With an idempotency key it is the same for
 * every retry by the same caller on the same route; without one it is fresh and covers gRPC retries
 * only.
 */
export const toRequestId = (options: {
  readonly caller: UserPrincipal | ClientPrincipal;
  readonly route: string;
  readonly key: string | undefined;
}): string =>
  options.key === undefined
    ? newId()
    : deriveId(NAMESPACE, `${subjectOf(options.caller)}:${options.route}:${options.key}`);
