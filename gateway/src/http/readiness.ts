import { HEALTH_REASONS, type HealthAnswer, type HealthProbe } from '@flashreserve/rpc';

const SERVICES = ['auth', 'catalog', 'reservation'] as const;
type ServiceName = (typeof SERVICES)[number];

export type Dependencies = Readonly<Record<ServiceName, 'up' | 'down'>>;

export interface ReadinessReport {
  readonly ready: boolean;
  readonly dependencies: Dependencies;
  /** Why it is not ready: fixed texts, by dependency. Empty when ready. */
  readonly reasons: Readonly<Record<string, string>>;
}

/** Readiness of this instance for requests. */
export interface Readiness {
  readonly check: () => Promise<ReadinessReport>;
  /** Makes this instance not ready permanently, regardless of the services. */
  readonly turnOff: () => void;
}

const PROBE_TIMEOUT_MS = 1_000;
/** How long a result is reused, so that frequent checks cost the services one probe. */
const CACHE_MS = 500;
const STOPPING = { gateway: 'This instance is stopping.' };

type Answers = Readonly<Record<ServiceName, HealthAnswer>>;

const toReport = (answers: Answers, isOff: boolean): ReadinessReport => {
  const stateOf = (name: ServiceName): 'up' | 'down' =>
    answers[name] === 'serving' ? 'up' : 'down';
  const reasons = SERVICES.flatMap((name) => {
    const answer = answers[name];
    return answer === 'serving' ? [] : [[name, HEALTH_REASONS[answer]] as const];
  });
  return {
    ready: reasons.length === 0 && !isOff,
    dependencies: {
      auth: stateOf('auth'),
      catalog: stateOf('catalog'),
      reservation: stateOf('reservation'),
    },
    reasons: { ...(isOff && STOPPING), ...Object.fromEntries(reasons) },
  };
};

/** Probes all dependencies concurrently; concurrent checks share one round. */
export const createReadiness = (
  probes: Readonly<Record<ServiceName, Pick<HealthProbe, 'check'>>>,
): Readiness => {
  let isOff = false;
  let latest: { readonly askedAt: number; readonly answers: Promise<Answers> } | undefined;

  const ask = async (): Promise<Answers> => {
    const [auth, catalog, reservation] = await Promise.all([
      probes.auth.check(PROBE_TIMEOUT_MS),
      probes.catalog.check(PROBE_TIMEOUT_MS),
      probes.reservation.check(PROBE_TIMEOUT_MS),
    ]);
    return { auth, catalog, reservation };
  };

  return {
    check: async () => {
      const now = performance.now();
      if (latest === undefined || now - latest.askedAt > CACHE_MS) {
        latest = { askedAt: now, answers: ask() };
      }
      return toReport(await latest.answers, isOff);
    },
    turnOff: () => {
      isOff = true;
    },
  };
};
