import type { ComponentBase } from '@flashreserve/ops';
import { createCancelReservation } from './application/cancel-reservation';
import { createConfirmReservation } from './application/confirm-reservation';
import { createExpireReservations } from './application/expire-reservations';
import { createExtendReservation } from './application/extend-reservation';
import { createOpenHoldsLimit } from './application/open-holds-limit';
import type { Catalog, ExpiryScheduler, ReservationRepository } from './application/ports';
import { createQueries } from './application/queries';
import { createReservationWriter } from './application/reservation-writer';
import { createReserve } from './application/reserve';
import { createResolveReservation } from './application/resolve-reservation';
import { createReturnReservation } from './application/return-reservation';
import { createReviveReservation } from './application/revive-reservation';
import { createSettleHold } from './application/settle-hold';
import { createLaterSettlements } from './application/settle-later';
import { leaveToRecovery, type SettleReturns } from './application/settle-returns';
import type { ReservationConfig } from './config';
import type { ReservationUseCases } from './grpc/reservation.handler';
import type { ReservationMetrics } from './metrics/reservation-metrics';

/** Returns that are told to catalog at the same time, without the recovery. */
const RETURNS_UNDER_WAY_MAX = 500;

export const createUseCases = (
  { config, clock, lifecycle }: ComponentBase<ReservationConfig>,
  deps: {
    readonly reservations: ReservationRepository;
    readonly catalog: Catalog;
    readonly scheduler: ExpiryScheduler;
    readonly settleReturns: SettleReturns;
    readonly measure: ReservationMetrics;
  },
): ReservationUseCases => {
  const { measure, settleReturns, ...adapters } = deps;
  const { reservations } = adapters;
  const maxHoldSeconds = Math.max(config.MAX_HOLD_SECONDS, config.RESERVATION_TTL_SECONDS);
  const graceMs = config.PAYMENT_GRACE_SECONDS * 1_000;
  const writer = createReservationWriter({
    reservations,
    clock,
    batchMetrics: measure.batches,
  });
  const settleHold = createSettleHold(adapters);
  const { settleLater, drain } = createLaterSettlements(settleHold);
  lifecycle.onStop('settlements', drain);
  lifecycle.onStop('reservation writes', writer.drain);
  const laterReturns = createLaterSettlements(
    leaveToRecovery(settleReturns),
    RETURNS_UNDER_WAY_MAX,
  );
  lifecycle.onStop('settlements of returns', laterReturns.drain);
  const resolveReservation = createResolveReservation({ reservations, writer, clock });
  return {
    ...createQueries({ reservations, clock }),
    reserve: createReserve({
      ...adapters,
      writer,
      settleHold,
      withinOpenHolds: createOpenHoldsLimit({
        reservations,
        clock,
        limit: config.OPEN_HOLDS_PER_USER,
        ttlSeconds: maxHoldSeconds + config.PAYMENT_GRACE_SECONDS,
      }),
      clock,
      ttlSeconds: config.RESERVATION_TTL_SECONDS,
      maxHoldSeconds,
      graceMs,
    }),
    confirmReservation: createConfirmReservation({
      resolveReservation,
      settleLater,
      confirmBy: config.CONFIRM_BY,
    }),
    cancelReservation: createCancelReservation({ resolveReservation, settleHold }),
    extendReservation: createExtendReservation({
      ...adapters,
      clock,
      maxHoldSeconds,
    }),
    reviveReservation: createReviveReservation({
      ...adapters,
      writer,
      settleHold,
      settleLater,
      clock,
      ttlSeconds: config.RESERVATION_TTL_SECONDS,
      retentionDays: config.RETENTION_DAYS,
      confirmBy: config.CONFIRM_BY,
    }),
    returnReservation: createReturnReservation({
      reservations,
      settleReturnsLater: laterReturns.settleLater,
      clock,
      retentionDays: config.RETENTION_DAYS,
    }),
    expireReservations: createExpireReservations({ reservations, clock }),
  };
};
