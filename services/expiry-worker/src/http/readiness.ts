import { HEALTH_REASONS, type HealthAnswer, type HealthProbe } from '@flashreserve/rpc';

export type DependencyStates = Readonly<Record<'reservation' | 'catalog' | 'redis', 'up' | 'down'>>;

export interface ReadinessReport {
  readonly ready: boolean;
  readonly dependencies: DependencyStates;
  /** Why it is not ready: fixed texts by the name of what is to blame. Empty when it is ready. */
  readonly reasons: Readonly<Record<string, string>>;
}

/** Whether the worker can do all of its work. */
export interface Readiness {
  /** Asks every dependency at once; each counts as down when it does not answer in time. */
  readonly check: () => Promise<ReadinessReport>;
  /** From now on this instance is not ready, whatever the dependencies say. */
  readonly turnOff: () => void;
}

const PROBE_TIMEOUT_MS = 1_000;
const STOPPING = { 'expiry-worker': 'This instance is stopping.' };

/** In fixed words, because what the client says may name addresses and users. */
const redisReason = (error: unknown): string => {
  if (!(error instanceof Error)) return 'It cannot be used.';
  if (error.name === 'ReplyError') return 'It answers with an error.';
  return error.message === 'Command timed out'
    ? 'It does not answer in time.'
    : 'It cannot be connected to. Expiry goes on by the sweep.';
};

const healthReason = (answer: HealthAnswer): string | undefined =>
  answer === 'serving' ? undefined : HEALTH_REASONS[answer];

export const createReadiness = (deps: {
  readonly reservation: Pick<HealthProbe, 'check'>;
  readonly catalog: Pick<HealthProbe, 'check'>;
  /** Rejects when Redis does not answer; must not wait for long. */
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
