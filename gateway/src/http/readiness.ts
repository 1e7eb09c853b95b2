import { HEALTH_REASONS, type HealthAnswer, type HealthProbe } from '@flashreserve/rpc';

const SERVICES = ['auth', 'catalog', 'reservation'] as const;
type ServiceName = (typeof SERVICES)[number];

export type Dependencies = Readonly<Record<ServiceName, 'up' | 'down'>>;

export interface ReadinessReport {
  readonly ready: boolean;
  readonly dependencies: Dependencies;
  /** Why it is not ready: fixed texts by the name of what is to blame. Empty when it is ready. */
  readonly reasons: Readonly<Record<string, string>>;
}

/** Whether this instance should get requests. */
export interface Readiness {
  readonly check: () => Promise<ReadinessReport>;
  /** From now on this instance is not ready, whatever the services say. */
  readonly turnOff: () => void;
}

const PROBE_TIMEOUT_MS = 1_000;
/** Answers are reused for this long, so that many askers cost the services one probe. */
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

/** All dependencies are asked at the same time, and all askers of a moment share one round. */
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
