import type { ComponentBase } from '@flashreserve/ops';
import { createCancelReservation } from './application/cancel-reservation';
import { createConfirmReservation } from './application/confirm-reservation';
import { createExpireReservations } from './application/expire-reservations';
import { createOpenHoldsLimit } from './application/open-holds-limit';
import type { Catalog, ExpiryScheduler, ReservationRepository } from './application/ports';
import { createQueries } from './application/queries';
import { createReservationWriter } from './application/reservation-writer';
import { createReserve } from './application/reserve';
import { createResolveReservation } from './application/resolve-reservation';
import { createSettleHold } from './application/settle-hold';
import type { ReservationConfig } from './config';
import type { ReservationUseCases } from './grpc/reservation.handler';
import type { ReservationMetrics } from './metrics/reservation-metrics';

export const createUseCases = (
  { config, clock, lifecycle }: ComponentBase<ReservationConfig>,
  deps: {
    readonly reservations: ReservationRepository;
    readonly catalog: Catalog;
    readonly scheduler: ExpiryScheduler;
    readonly measure: ReservationMetrics;
  },
): ReservationUseCases => {
  const { measure, ...adapters } = deps;
  const { reservations } = adapters;
  const writer = createReservationWriter({
    reservations,
    clock,
    batchMetrics: measure.batches,
  });
  lifecycle.onStop('reservation writes', writer.drain);
  const settleHold = createSettleHold(adapters);
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
        ttlSeconds: config.RESERVATION_TTL_SECONDS,
      }),
      clock,
      ttlSeconds: config.RESERVATION_TTL_SECONDS,
    }),
    confirmReservation: createConfirmReservation({ resolveReservation, settleHold }),
    cancelReservation: createCancelReservation({ resolveReservation, settleHold }),
    expireReservations: createExpireReservations({ reservations, clock }),
  };
};
