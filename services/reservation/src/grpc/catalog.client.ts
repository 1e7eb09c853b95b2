import { CatalogServiceClient, HoldState as WireHoldState } from '@flashreserve/contracts/catalog';
import { DomainError, invariant } from '@flashreserve/platform/errors';
import { callUnary, createClient, type UnaryCallOptions } from '@flashreserve/platform/grpc';
import type { ServiceTokenSource } from '@flashreserve/platform/identity';
import type { Catalog, HoldState, RequestScope } from '../application/ports';
import { catalogUnavailable, reservationExpired } from '../domain/reservation-errors';

export interface CatalogConnection extends Catalog {
  readonly close: () => void;
}

/** Settling comes after the caller's own change is made, so it may not keep the caller waiting for long. */
const SETTLE_TIMEOUT_MS = 2_000;

/** Nothing that catalog says about this service's own credentials is the caller's fault. */
const OWN_FAULTS: ReadonlySet<string> = new Set(['unauthenticated', 'forbidden']);

/**
 * Catalog's refusals pass through as they are. What only says that there was no answer becomes
 * CATALOG_UNAVAILABLE, and a hold that came too late is an expired reservation to our callers.
 */
const toCallersError = (error: unknown): unknown => {
  if (!(error instanceof DomainError)) return error;
  if (error.reason === 'HOLD_EXPIRED') return reservationExpired();
  const isAnswer = error.domain !== undefined;
  return isAnswer && !OWN_FAULTS.has(error.kind) ? error : catalogUnavailable(error);
};

const STATE_BY_WIRE = {
  [WireHoldState.HOLD_STATE_HELD]: 'HELD',
  [WireHoldState.HOLD_STATE_SOLD]: 'SOLD',
  [WireHoldState.HOLD_STATE_RELEASED]: 'RELEASED',
  [WireHoldState.HOLD_STATE_UNSPECIFIED]: undefined,
  [WireHoldState.UNRECOGNIZED]: undefined,
} as const satisfies Record<WireHoldState, HoldState | undefined>;

const earlier = (deadline: Date, timeoutMs: number): Date =>
  new Date(Math.min(deadline.getTime(), Date.now() + timeoutMs));

/** Connects to catalog. All three methods are idempotent by reservation id, so UNAVAILABLE is retried. */
export const connectCatalog = (options: {
  readonly target: string;
  readonly serviceToken: ServiceTokenSource;
}): CatalogConnection => {
  const client = createClient(CatalogServiceClient, options.target, {
    serviceName: 'flashreserve.catalog.v1.CatalogService',
    idempotentMethods: ['DecrementStock', 'RestoreStock', 'CommitStock'],
  });

  const call = async <Result>(
    scope: RequestScope,
    deadline: Date,
    send: (callOptions: UnaryCallOptions) => Promise<Result>,
  ): Promise<Result> => {
    try {
      const token = await options.serviceToken(deadline);
      return await send({ token, deadline, requestId: scope.requestId });
    } catch (error) {
      throw toCallersError(error);
    }
  };

  return {
    takeHold: async ({ reservationId, customerId, lines, expiresAt }, scope) => {
      const { hold } = await call(scope, scope.deadline, (callOptions) =>
        callUnary(
          client,
          'decrementStock',
          { reservationId, customerId, lines: [...lines], expireTime: expiresAt },
          callOptions,
        ),
      );
      const state = hold && STATE_BY_WIRE[hold.state];
      invariant(
        state !== undefined && hold?.expireTime !== undefined && hold.createTime !== undefined,
        'Catalog answered with an incomplete hold.',
      );
      return { state, expiresAt: hold.expireTime, createdAt: hold.createTime };
    },

    settleHold: async (reservationId, verdict, scope) => {
      const method = verdict === 'SELL' ? 'commitStock' : 'restoreStock';
      const { settlements } = await call(
        scope,
        earlier(scope.deadline, SETTLE_TIMEOUT_MS),
        (callOptions) =>
          callUnary(client, method, { reservationIds: [reservationId] }, callOptions),
      );
      const settlement = settlements[0];
      invariant(settlement !== undefined, 'Catalog left a settlement out.');
      return STATE_BY_WIRE[settlement.state];
    },

    close: () => {
      client.close();
    },
  };
};
