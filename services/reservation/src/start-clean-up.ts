import type { ComponentBase } from '@flashreserve/ops';
import { type ClockGuard, startRetention } from '@flashreserve/store';
import type { Catalog } from './application/ports';
import { createRetentionSteps } from './application/retention';
import type { ReservationConfig } from './config';
import type { ReservationMetrics } from './metrics/reservation-metrics';
import type { ReservationModels } from './mongo/models';
import { createRetentionRepository } from './mongo/retention.repository';

/** Starts the clean-up of old documents. While this clock is wrong, nothing is deleted. */
export const startCleanUp = (
  base: ComponentBase<ReservationConfig>,
  deps: {
    readonly models: ReservationModels;
    readonly catalog: Catalog;
    readonly guard: ClockGuard;
    readonly measure: ReservationMetrics;
  },
): void => {
  const store = createRetentionRepository(deps.models.reservations);
  const steps = createRetentionSteps({
    store: deps.guard.around(store, ['readAges', 'deleteEnded']),
    catalog: deps.catalog,
    clock: base.clock,
    log: base.log,
    retentionDays: base.config.RETENTION_DAYS,
    idempotencyDays: base.config.IDEMPOTENCY_DAYS,
    intervalSeconds: base.config.RETENTION_INTERVAL_SECONDS,
  });
  startRetention(base, { steps, metrics: deps.measure.retention });
};
