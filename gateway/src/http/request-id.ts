import { deriveId, newId } from '@flashreserve/ops';

/** Must never change: retries of requests from before the change would not be recognised. */
const NAMESPACE = '6f1d3d0e-5a0b-4a3f-9d5c-0b8a5f2f7c11';

/**
 * The request id that makes a catalog write idempotent. With an idempotency key it is the same for
 * every retry by the same user on the same route; without one it is fresh and covers gRPC retries
 * only.
 */
export const toRequestId = (options: {
  readonly userId: string;
  readonly route: string;
  readonly key: string | undefined;
}): string =>
  options.key === undefined
    ? newId()
    : deriveId(NAMESPACE, `${options.userId}:${options.route}:${options.key}`);
