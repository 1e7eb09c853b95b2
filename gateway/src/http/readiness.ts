import type { HealthProbe } from '@flashreserve/platform/grpc';

export type Dependencies = Readonly<Record<'auth' | 'catalog' | 'reservation', 'up' | 'down'>>;

/** Whether this instance should get requests. */
export interface Readiness {
  readonly check: () => Promise<{ readonly ready: boolean; readonly dependencies: Dependencies }>;
  /** From now on this instance is not ready, whatever the services say. */
  readonly turnOff: () => void;
}

const PROBE_TIMEOUT_MS = 1_000;
/** Answers are reused for this long, so that many askers cost the services one probe. */
const CACHE_MS = 500;

/** All dependencies are asked at the same time, and all askers of a moment share one round. */
export const createReadiness = (
  probes: Readonly<Record<keyof Dependencies, Pick<HealthProbe, 'isServing'>>>,
): Readiness => {
  let isOff = false;
  let latest: { readonly askedAt: number; readonly answer: Promise<Dependencies> } | undefined;

  const ask = async (): Promise<Dependencies> => {
    const stateOf = async (name: keyof Dependencies): Promise<'up' | 'down'> =>
      (await probes[name].isServing(PROBE_TIMEOUT_MS)) ? 'up' : 'down';
    const [auth, catalog, reservation] = await Promise.all([
      stateOf('auth'),
      stateOf('catalog'),
      stateOf('reservation'),
    ]);
    return { auth, catalog, reservation };
  };

  return {
    check: async () => {
      const now = performance.now();
      if (latest === undefined || now - latest.askedAt > CACHE_MS) {
        latest = { askedAt: now, answer: ask() };
      }
      const dependencies = await latest.answer;
      const allUp = Object.values(dependencies).every((state) => state === 'up');
      return { ready: allUp && !isOff, dependencies };
    },
    turnOff: () => {
      isOff = true;
    },
  };
};
