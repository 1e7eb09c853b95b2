import { STOCK_LIMITS } from '@flashreserve/contracts';
import {
  CatalogServiceClient,
  type DecrementStockRequest,
  type DecrementStockResponse,
  type Hold as WireHold,
  HoldState as WireHoldState,
} from '@flashreserve/contracts/catalog';
import type { ServiceTokenSource } from '@flashreserve/identity';
import { earlier, invariant, type Logger, newId, systemClock } from '@flashreserve/ops';
import {
  type BatchMetrics,
  callUnary,
  createBatchedCall,
  createClient,
  createGroupCommit,
  DomainError,
  type MutualTls,
} from '@flashreserve/rpc';
import type { Catalog, HoldState } from '../application/ports';
import { catalogUnavailable, refusal } from '../domain/reservation-errors';

export interface CatalogConnection extends Catalog {
  /** Stops accepting calls; resolves once every accepted call has settled. */
  readonly drain: () => Promise<void>;
  readonly close: () => void;
}

/** Short, because settling follows the caller's own change, which is already durable. */
const SETTLE_TIMEOUT_MS = 2_000;
/**
 * A slower call no longer blocks the next one. Settling is idempotent, so calls may overtake each
 * other.
 */
const SETTLE_YIELD_AFTER_MS = 250;

/** Errors about this service's own credentials, which are never the caller's fault. */
const OWN_FAULTS: ReadonlySet<string> = new Set(['unauthenticated', 'forbidden']);

/**
 * Catalog's refusals pass through unchanged. Errors that mean "no reply" become
 * CATALOG_UNAVAILABLE; a take that arrived after its expiry becomes RESERVATION_EXPIRED.
 */
const toCallersError = (error: unknown): unknown => {
  if (!(error instanceof DomainError)) return error;
  if (error.reason === 'HOLD_EXPIRED') return refusal('RESERVATION_EXPIRED');
  const isAnswer = error.domain !== undefined;
  return isAnswer && !OWN_FAULTS.has(error.kind) ? error : catalogUnavailable(error);
};

const asCallersError = async <Result>(call: Promise<Result>): Promise<Result> => {
  try {
    return await call;
  } catch (error) {
    throw toCallersError(error);
  }
};

const STATE_BY_WIRE = {
  [WireHoldState.HOLD_STATE_HELD]: 'HELD',
  [WireHoldState.HOLD_STATE_SOLD]: 'SOLD',
  [WireHoldState.HOLD_STATE_RELEASED]: 'RELEASED',
  [WireHoldState.HOLD_STATE_UNSPECIFIED]: undefined,
  [WireHoldState.UNRECOGNIZED]: undefined,
} as const satisfies Record<WireHoldState, HoldState | undefined>;

/**
 * When the reservation was created, by the clock that set its expiry: a catalog clock that is
 * slightly ahead must not make the hold time look shorter than promised. Holds that were taken without
 * a `hold_time` have none.
 */
const createdAtOf = ({ holdTime, createTime }: WireHold, expiresAt: Date): Date => {
  if (holdTime === undefined) return createTime ?? expiresAt;
  const holdMs = holdTime.seconds * 1_000 + Math.floor(holdTime.nanos / 1_000_000);
  return new Date(expiresAt.getTime() - holdMs);
};

/** A settlement request in a batch. */
interface SettlementWish {
  readonly reservationId: string;
  readonly requestId: string;
}

const SETTLE_METHODS = { SELL: 'commitStock', RELEASE: 'restoreStock' } as const;

/**
 * Connects to catalog. All calls are idempotent by reservation id, so UNAVAILABLE is retried. Calls
 * that arrive while others are in flight are batched into the next.
 */
export const connectCatalog = (options: {
  readonly target: string;
  readonly serviceToken: ServiceTokenSource;
  readonly tls?: MutualTls | undefined;
  readonly log: Logger;
  readonly batchMetrics: BatchMetrics;
}): CatalogConnection => {
  const { log, serviceToken, batchMetrics } = options;
  const client = createClient(CatalogServiceClient, options.target, {
    serviceName: 'flashreserve.catalog.v1.CatalogService',
    idempotentMethods: ['BatchDecrementStock', 'RestoreStock', 'CommitStock'],
    tls: options.tls,
  });
  const decrements = createBatchedCall<DecrementStockRequest, DecrementStockResponse>({
    method: 'BatchDecrementStock',
    call: async (requests, { requestId, deadline }) => {
      const callOptions = { ...(await serviceToken(deadline)), deadline, requestId };
      return (await callUnary(client, 'batchDecrementStock', { requests }, callOptions)).results;
    },
    maxBatchSize: STOCK_LIMITS.batchEntriesMax,
    log,
    observe: batchMetrics('BatchDecrementStock'),
  });
  const createSettlements = (verdict: keyof typeof SETTLE_METHODS) =>
    createGroupCommit<SettlementWish, HoldState | undefined>({
      name: SETTLE_METHODS[verdict],
      commit: async (wishes, deadline) => {
        const credential = await serviceToken(deadline);
        const reservationIds = [...new Set(wishes.map((wish) => wish.reservationId))];
        const requestId = wishes.length === 1 ? wishes[0]?.requestId : newId();
        const { settlements } = await callUnary(
          client,
          SETTLE_METHODS[verdict],
          { reservationIds },
          { ...credential, deadline, requestId },
        );
        const states = new Map(settlements.map((found) => [found.reservationId, found.state]));
        return wishes.map(({ reservationId }) => {
          const state = states.get(reservationId);
          invariant(state !== undefined, 'Catalog omitted a settlement.');
          return { ok: true, value: STATE_BY_WIRE[state] };
        });
      },
      clock: systemClock,
      maxBatchSize: STOCK_LIMITS.settlementIdsMax,
      yieldAfterMs: SETTLE_YIELD_AFTER_MS,
      observe: batchMetrics(SETTLE_METHODS[verdict]),
    });
  const settlements = {
    SELL: createSettlements('SELL'),
    RELEASE: createSettlements('RELEASE'),
  };

  return {
    takeHold: async ({ reservationId, customerId, lines, expiresAt, holdMs }, scope) => {
      const request = {
        reservationId,
        customerId,
        lines: [...lines],
        expireTime: expiresAt,
        holdTime: { seconds: Math.floor(holdMs / 1_000), nanos: (holdMs % 1_000) * 1_000_000 },
      };
      const { hold } = await asCallersError(
        decrements.submit({ request, requestId: scope.requestId }, scope.deadline),
      );
      const state = hold && STATE_BY_WIRE[hold.state];
      invariant(
        state !== undefined && hold?.expireTime !== undefined && hold.createTime !== undefined,
        'Catalog returned an incomplete hold.',
      );
      return { state, expiresAt: hold.expireTime, createdAt: createdAtOf(hold, hold.expireTime) };
    },

    settleHold: (reservationId, verdict, scope) =>
      asCallersError(
        settlements[verdict].submit(
          { reservationId, requestId: scope.requestId },
          earlier(scope.deadline, SETTLE_TIMEOUT_MS),
        ),
      ),

    drain: async () => {
      await Promise.all([
        decrements.drain(),
        settlements.SELL.drain(),
        settlements.RELEASE.drain(),
      ]);
    },

    close: () => {
      client.close();
    },
  };
};
