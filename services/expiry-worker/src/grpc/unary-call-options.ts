import type { ServiceTokenSource } from '@flashreserve/identity';
import type { UnaryCallOptions } from '@flashreserve/rpc';
import type { CallScope } from '../application/ports';

/** Deadlines use the system clock, even when another clock is injected elsewhere. */
export const toUnaryCallOptions = async (
  { timeoutMs, requestId, signal }: CallScope,
  serviceToken: ServiceTokenSource,
): Promise<UnaryCallOptions> => {
  const deadline = new Date(Date.now() + timeoutMs);
  return { ...(await serviceToken(deadline)), deadline, requestId, signal };
};
