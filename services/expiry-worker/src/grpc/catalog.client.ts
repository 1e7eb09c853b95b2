import {
  CatalogServiceClient,
  type HoldSettlement,
  HoldState,
} from '@flashreserve/contracts/catalog';
import type { ServiceTokenSource } from '@flashreserve/identity';
import { callUnary, createClient, type MutualTls } from '@flashreserve/rpc';
import type { CatalogPort, HoldAfterCall } from '../application/ports';
import { toUnaryCallOptions } from './unary-call-options';

export interface CatalogClient extends CatalogPort {
  readonly close: () => void;
}

/** Calls catalog over gRPC with this service's token. */
export const createCatalogClient = (options: {
  readonly target: string;
  readonly serviceToken: ServiceTokenSource;
  readonly tls?: MutualTls | undefined;
}): CatalogClient => {
  const client = createClient(CatalogServiceClient, options.target, {
    serviceName: 'flashreserve.catalog.v1.CatalogService',
    idempotentMethods: ['RestoreStock', 'CommitStock', 'ListOverdueHolds'],
    tls: options.tls,
  });
  const settleWith =
    (method: 'restoreStock' | 'commitStock'): CatalogPort['restoreStock'] =>
    async (reservationIds, scope) => {
      const { settlements } = await callUnary(
        client,
        method,
        { reservationIds: [...reservationIds] },
        await toUnaryCallOptions(scope, options.serviceToken),
      );
      return new Map(
        settlements.flatMap((entry) => {
          const hold = toHoldAfterCall(entry);
          return hold === undefined ? [] : [[entry.reservationId, hold]];
        }),
      );
    };
  return {
    restoreStock: settleWith('restoreStock'),
    commitStock: settleWith('commitStock'),
    listOverdueHolds: async ({ overdueForMs, pageToken }, scope) => {
      const { holds, nextPageToken } = await callUnary(
        client,
        'listOverdueHolds',
        {
          overdueFor: {
            seconds: Math.floor(overdueForMs / 1e3),
            nanos: Math.floor(overdueForMs % 1e3) * 1e6,
          },
          pageSize: 0,
          pageToken,
        },
        await toUnaryCallOptions(scope, options.serviceToken),
      );
      return { reservationIds: holds.map(({ reservationId }) => reservationId), nextPageToken };
    },
    close: () => {
      client.close();
    },
  };
};

/** Undefined for a state unknown to this version; the entry then counts as missing. */
const toHoldAfterCall = ({ state, changed }: HoldSettlement): HoldAfterCall | undefined => {
  switch (state) {
    case HoldState.HOLD_STATE_RELEASED:
      return { state: 'released', changed };
    case HoldState.HOLD_STATE_SOLD:
      return { state: 'sold', changed };
    case HoldState.HOLD_STATE_HELD:
      return { state: 'held', changed };
    case HoldState.HOLD_STATE_UNSPECIFIED:
      return { state: 'none', changed };
    default:
      return undefined;
  }
};
