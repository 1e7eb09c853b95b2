import { deriveId, newId } from '@flashreserve/ops';

/** Never change it: repeats of requests from before the change would no longer be recognised. */
const NAMESPACE = '6f1d3d0e-5a0b-4a3f-9d5c-0b8a5f2f7c11';

/**
 * The id that makes a write of catalog safe to repeat: with a key the same one for every repeat by the same user on
 * the same route, without one a fresh one, which covers the gateway's own retries.
 */
export const toRequestId = (options: {
  readonly userId: string;
  readonly route: string;
  readonly key: string | undefined;
}): string =>
  options.key === undefined
    ? newId()
    : deriveId(NAMESPACE, `${options.userId}:${options.route}:${options.key}`);
