import type { ComponentBase } from '@flashreserve/ops';
import { type ClockGuard, startRetention } from '@flashreserve/store';
import type { Connection } from 'mongoose';
import { createRetentionSteps } from './application/retention';
import type { CatalogConfig } from './config';
import type { CatalogMetrics } from './metrics/catalog-metrics';
import type { CatalogModels } from './mongo/models';
import { createRetentionRepository } from './mongo/retention.repository';

/** Starts the clean-up of old documents. While this clock is wrong, nothing is deleted. */
export const startCleanUp = (
  base: ComponentBase<CatalogConfig>,
  deps: {
    readonly connection: Connection;
    readonly models: CatalogModels;
    readonly guard: ClockGuard;
    readonly measure: CatalogMetrics;
  },
): void => {
  const store = createRetentionRepository(deps.connection, deps.models);
  const steps = createRetentionSteps({
    store: deps.guard.around(store, [
      'foldSold',
      'deleteReleased',
      'deleteFolded',
      'deleteCreations',
    ]),
    clock: base.clock,
    retentionDays: base.config.RETENTION_DAYS,
    idempotencyDays: base.config.IDEMPOTENCY_DAYS,
  });
  startRetention(base, { steps, metrics: deps.measure.retention });
};
