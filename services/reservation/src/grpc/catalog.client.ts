import { homeProductOf, STOCK_LIMITS } from '@flashreserve/contracts';
import {
  CatalogServiceClient,
  type DecrementStockRequest,
  type DecrementStockResponse,
  type StockLine,
  type Hold as WireHold,
} from '@flashreserve/contracts/catalog';
import type { ServiceTokenSource } from '@flashreserve/identity';
import { earlier, invariant, type Logger } from '@flashreserve/ops';
import {
  type BatchMetrics,
  callUnary,
  createBatchedCall,
  createClient,
  DomainError,
  homesOf,
  type MutualTls,
} from '@flashreserve/rpc';
import type { Catalog } from '../application/ports';
import type { PricedLine } from '../domain/reservation';
import { catalogUnavailable, refusal } from '../domain/reservation-errors';
import { createHoldCalls, SETTLE_TIMEOUT_MS, toDuration } from './hold-calls';
import { STATE_BY_WIRE } from './hold-states';
import { createSettlementCalls, type SettleMethod } from './settlement-calls';

export interface CatalogConnection extends Catalog {
  /** Stops accepting calls; resolves once every accepted call has settled. */
  readonly drain: () => Promise<void>;
  readonly close: () => void;
}

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

/**
 * When the reservation was created, by the clock that set its expiry: a catalog clock that is
 * slightly ahead must not make the hold time look shorter than promised. Holds that were taken
 * without a `hold_time` have none.
 */
const createdAtOf = ({ holdTime, createTime }: WireHold, expiresAt: Date): Date => {
  if (holdTime === undefined) return createTime ?? expiresAt;
  const holdMs = holdTime.seconds * 1_000 + Math.floor(holdTime.nanos / 1_000_000);
  return new Date(expiresAt.getTime() - holdMs);
};

/** Names each field, because lines are stored as they are and an unset one must not be. */
const toPricedLine = ({ productId, quantity, snapshot }: StockLine): PricedLine => {
  if (snapshot?.unitPrice === undefined) return { productId, quantity };
  const { unitPrice, name, sku } = snapshot;
  return {
    productId,
    quantity,
    snapshot: sku === undefined ? { unitPrice, name } : { unitPrice, name, sku },
  };
};

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
    idempotentMethods: [
      'BatchDecrementStock',
      'RestoreStock',
      'CommitStock',
      'PostponeHold',
      'ReturnStock',
    ],
    tls: options.tls,
  });
  const homes = homesOf(client);
  const decrements = createBatchedCall<DecrementStockRequest, DecrementStockResponse>({
    method: 'BatchDecrementStock',
    call: async (requests, { requestId, deadline, homeKey }) => {
      const callOptions = { requestId, deadline, homeKey, ...(await serviceToken(deadline)) };
      return (await callUnary(client, 'batchDecrementStock', { requests }, callOptions)).results;
    },
    byHome: { homes, keyOf: ({ lines }) => homeProductOf(lines) },
    maxBatchSize: STOCK_LIMITS.batchEntriesMax,
    log,
    observe: batchMetrics('BatchDecrementStock'),
  });
  const holdCalls = createHoldCalls({ client, serviceToken });
  const createSettlements = (method: SettleMethod) =>
    createSettlementCalls(method, { client, homes, serviceToken, observe: batchMetrics(method) });
  const settlements = {
    SELL: createSettlements('commitStock'),
    RELEASE: createSettlements('restoreStock'),
  };

  return {
    takeHold: async ({ reservationId, customerId, lines, expiresAt, holdMs }, scope) => {
      const request = {
        reservationId,
        customerId,
        lines: [...lines],
        expireTime: expiresAt,
        holdTime: toDuration(holdMs),
      };
      const { hold } = await asCallersError(
        decrements.submit({ request, requestId: scope.requestId }, scope.deadline),
      );
      const state = hold && STATE_BY_WIRE[hold.state];
      invariant(
        state !== undefined && hold?.expireTime !== undefined && hold.createTime !== undefined,
        'Catalog returned an incomplete hold.',
      );
      return {
        state,
        expiresAt: hold.expireTime,
        createdAt: createdAtOf(hold, hold.expireTime),
        lines: hold.lines.map(toPricedLine),
      };
    },

    settleHold: ({ reservationId, lines }, verdict, scope) =>
      asCallersError(
        settlements[verdict].submit(
          {
            reservationId,
            homeKey: lines === undefined ? reservationId : homeProductOf(lines),
            requestId: scope.requestId,
          },
          earlier(scope.deadline, SETTLE_TIMEOUT_MS),
        ),
      ),

    postponeHold: (hold, scope) => asCallersError(holdCalls.postponeHold(hold, scope)),

    returnStock: (hold, made, scope) => asCallersError(holdCalls.returnStock(hold, made, scope)),

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
