import type { ServiceTokenSource } from '@flashreserve/identity';
import type { UnaryCallOptions } from '@flashreserve/rpc';
import type { CallScope } from '../application/ports';

/** Deadlines are this process's own affair and counted in its own time, whatever clock the rest is given. */
export const toUnaryCallOptions = async (
  { timeoutMs, requestId, signal }: CallScope,
  serviceToken: ServiceTokenSource,
): Promise<UnaryCallOptions> => {
  const deadline = new Date(Date.now() + timeoutMs);
  return { ...(await serviceToken(deadline)), deadline, requestId, signal };
};
