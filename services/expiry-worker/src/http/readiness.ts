import type { HealthProbe } from '@flashreserve/platform/grpc';

export type DependencyStates = Readonly<Record<'reservation' | 'catalog' | 'redis', 'up' | 'down'>>;

/** Asks every dependency at once; each counts as down when it does not answer in time. */
export type ReadinessCheck = () => Promise<DependencyStates>;

const PROBE_TIMEOUT_MS = 1_000;

export const createReadinessCheck = (deps: {
  readonly reservation: HealthProbe;
  readonly catalog: HealthProbe;
  /** Rejects when Redis does not answer; must not wait for long. */
  readonly pingRedis: () => Promise<unknown>;
}): ReadinessCheck => {
  const { reservation, catalog, pingRedis } = deps;
  return async () => {
    const [reservationIsUp, catalogIsUp, redisIsUp] = await Promise.all([
      reservation.isServing(PROBE_TIMEOUT_MS),
      catalog.isServing(PROBE_TIMEOUT_MS),
      pingRedis().then(
        () => true,
        () => false,
      ),
    ]);
    return {
      reservation: reservationIsUp ? 'up' : 'down',
      catalog: catalogIsUp ? 'up' : 'down',
      redis: redisIsUp ? 'up' : 'down',
    };
  };
};
