import type { ServiceTokenSource } from '@flashreserve/identity';
import type { ComponentBase, Failpoints } from '@flashreserve/ops';
import type { MutualTls } from '@flashreserve/rpc';
import { openStore, runMigrations } from '@flashreserve/store';
import type { Connection } from 'mongoose';
import type { Catalog, ReservationRepository } from './application/ports';
import { type BullmqExpiryScheduler, createExpiryScheduler } from './bullmq/expiry.scheduler';
import type { ReservationConfig } from './config';
import { connectCatalog } from './grpc/catalog.client';
import type { ReservationMetrics } from './metrics/reservation-metrics';
import { MIGRATIONS } from './mongo/migrations';
import { createModels, type ReservationModels } from './mongo/models';
import { createReservationRepository } from './mongo/reservation.repository';

/** Opens the store and migrates it. */
export const openReservations = async (
  base: ComponentBase<ReservationConfig>,
  {
    failpoints,
    measure,
  }: { readonly failpoints: Failpoints; readonly measure: ReservationMetrics },
): Promise<{
  readonly connection: Connection;
  readonly models: ReservationModels;
  readonly reservations: ReservationRepository;
}> => {
  const connection = await openStore(base, measure.mongo);
  await runMigrations({ connection, migrations: MIGRATIONS, log: base.log });
  const models = createModels(connection);
  const repository = createReservationRepository(models.reservations, {
    hasGrace: base.config.PAYMENT_GRACE_SECONDS > 0,
  });
  const reservations = failpoints.around('reservation.store', repository);
  return { connection, models, reservations };
};

export const startScheduler = (
  { config, log, clock, lifecycle }: ComponentBase<ReservationConfig>,
  deps: { readonly failpoints: Failpoints; readonly measure: ReservationMetrics },
): BullmqExpiryScheduler => {
  const scheduler = createExpiryScheduler({
    redisUrl: config.REDIS_URL,
    prefix: config.REDIS_PREFIX,
    clock,
    log,
    ...deps,
  });
  lifecycle.onStop('expiry queue', scheduler.stop);
  return scheduler;
};

export const joinCatalog = (
  { config, log, lifecycle }: ComponentBase<ReservationConfig>,
  deps: {
    readonly serviceToken: ServiceTokenSource;
    readonly failpoints: Failpoints;
    readonly measure: ReservationMetrics;
    readonly tls: MutualTls | undefined;
  },
): Catalog => {
  const { serviceToken, failpoints, measure, tls } = deps;
  const catalog = connectCatalog({
    target: config.CATALOG_ADDRESS,
    serviceToken,
    tls,
    log,
    batchMetrics: measure.batches,
  });
  lifecycle.onStop('catalog client', catalog.close);
  lifecycle.onStop('catalog calls', catalog.drain);
  const { takeHold, settleHold, returnStock, postponeHold } = catalog;
  const calls = { takeHold, settleHold, returnStock, postponeHold };
  return failpoints.around('reservation.catalog', calls);
};
