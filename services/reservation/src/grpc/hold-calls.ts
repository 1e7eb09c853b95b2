import { homeProductOf } from '@flashreserve/contracts';
import type { CatalogServiceClient } from '@flashreserve/contracts/catalog';
import type { ServiceTokenSource } from '@flashreserve/identity';
import { earlier } from '@flashreserve/ops';
import { callUnary } from '@flashreserve/rpc';
import type { Catalog, RequestScope } from '../application/ports';
import type { ReservationLine } from '../domain/reservation';

/** Short, because they follow the caller's own change, which is already durable. */
export const SETTLE_TIMEOUT_MS = 2_000;

export const toDuration = (ms: number) => ({
  seconds: Math.floor(ms / 1_000),
  nanos: (ms % 1_000) * 1_000_000,
});

/** Calls about one hold that are not batched: they are rare. */
export const createHoldCalls = (deps: {
  readonly client: CatalogServiceClient;
  readonly serviceToken: ServiceTokenSource;
}): Pick<Catalog, 'postponeHold' | 'returnStock'> => {
  const { client, serviceToken } = deps;
  /** Goes to where the products are sold. */
  const optionsOf = async (
    lines: readonly ReservationLine[],
    { requestId, deadline }: RequestScope,
  ) => {
    const until = earlier(deadline, SETTLE_TIMEOUT_MS);
    const credential = await serviceToken(until);
    return { requestId, deadline: until, homeKey: homeProductOf(lines), ...credential };
  };

  return {
    postponeHold: async ({ reservationId, lines, remainingMs }, scope) => {
      const request = { reservationId, remaining: toDuration(remainingMs) };
      await callUnary(client, 'postponeHold', request, await optionsOf(lines, scope));
    },

    returnStock: async ({ reservationId, lines }, made, scope) => {
      const { returnId, writeOff, reason } = made;
      const request = { reservationId, returnId, lines: [...made.lines], writeOff, reason };
      await callUnary(client, 'returnStock', request, await optionsOf(lines, scope));
    },
  };
};
