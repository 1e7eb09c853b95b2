import { HEALTH_REASONS, type HealthAnswer, type HealthProbe } from '@flashreserve/rpc';

export type DependencyStates = Readonly<Record<'reservation' | 'catalog' | 'redis', 'up' | 'down'>>;

export interface ReadinessReport {
  readonly ready: boolean;
  readonly dependencies: DependencyStates;
  /** Why it is not ready: fixed texts, by dependency. Empty when ready. */
  readonly reasons: Readonly<Record<string, string>>;
}

/** Readiness of the worker: whether all its dependencies are up. */
export interface Readiness {
  /** Probes all dependencies concurrently; one that does not answer in time counts as down. */
  readonly check: () => Promise<ReadinessReport>;
  /** Makes this instance not ready for good, whatever the state of its dependencies. */
  readonly turnOff: () => void;
}

const PROBE_TIMEOUT_MS = 1_000;
const STOPPING = { 'expiry-worker': 'This instance is stopping.' };

/** Fixed texts, because the client's messages may contain addresses and user names. */
const redisReason = (error: unknown): string => {
  if (!(error instanceof Error)) return 'It cannot be used.';
  if (error.name === 'ReplyError') return 'It answers with an error.';
  return error.message === 'Command timed out'
    ? 'It does not answer in time.'
    : 'Cannot connect. The sweep still expires reservations.';
};

const healthReason = (answer: HealthAnswer): string | undefined =>
  answer === 'serving' ? undefined : HEALTH_REASONS[answer];

export const createReadiness = (deps: {
  readonly reservation: Pick<HealthProbe, 'check'>;
  readonly catalog: Pick<HealthProbe, 'check'>;
  /** Rejects when Redis does not answer; must settle quickly. */
  readonly pingRedis: () => Promise<unknown>;
}): Readiness => {
  let isOff = false;
  return {
    check: async () => {
      const [reservation, catalog, redis] = await Promise.all([
        deps.reservation.check(PROBE_TIMEOUT_MS).then(healthReason),
        deps.catalog.check(PROBE_TIMEOUT_MS).then(healthReason),
        deps.pingRedis().then(() => undefined, redisReason),
      ]);
      const found = Object.entries({ reservation, catalog, redis }).filter(
        (entry): entry is [string, string] => entry[1] !== undefined,
      );
      const stateOf = (reason: string | undefined): 'up' | 'down' =>
        reason === undefined ? 'up' : 'down';
      return {
        ready: found.length === 0 && !isOff,
        dependencies: {
          reservation: stateOf(reservation),
          catalog: stateOf(catalog),
          redis: stateOf(redis),
        },
        reasons: { ...(isOff && STOPPING), ...Object.fromEntries(found) },
      };
    },
    turnOff: () => {
      isOff = true;
    },
  };
};
