import { usageOf } from './measure/process-usage';
import type { MemoryRow } from './results';
import type { StageName } from './scenarios/scenario';
import { scaleLabel } from './stage-labels';
import { startBaseline } from './systems/baseline';
import { type FlashReserve, startFlashReserve } from './systems/flash-reserve';
import type { Site, System } from './systems/system';

/** What runs while the scenarios of one kind are measured. */
export interface Stage {
  readonly systems: readonly System[];
  /** Memory of the stack's processes now and at its start. */
  readonly memory: () => readonly MemoryRow[];
  readonly stop: () => Promise<void>;
}

/** Long enough that nothing expires during other measurements. */
const LONG_TTL_SECONDS = 7_200;

/** Starts the baseline beside a stack, with the same prefix. */
const startBeside = (site: Site, stack: FlashReserve, prefix: string): Promise<System> =>
  startBaseline(site, {
    prefix,
    authUrl: stack.url,
    adminToken: stack.adminToken,
    ttlSeconds: LONG_TTL_SECONDS,
  });

const startMain = async (site: Site): Promise<readonly System[]> => {
  const prefix = 'bench_main';
  const flashReserve = await startFlashReserve(site, {
    label: 'FlashReserve',
    prefix,
    ttlSeconds: LONG_TTL_SECONDS,
  });
  try {
    return [await startBeside(site, flashReserve, prefix), flashReserve];
  } catch (error) {
    await flashReserve.stop();
    throw error;
  }
};

const startScale = async (site: Site): Promise<readonly System[]> => {
  const stacks: FlashReserve[] = [];
  try {
    for (const count of [1, 2, 3]) {
      stacks.push(
        await startFlashReserve(site, {
          label: scaleLabel(count),
          prefix: `bench_scale${count}`,
          scale: { catalog: count, reservation: count },
          ttlSeconds: LONG_TTL_SECONDS,
        }),
      );
    }
    const [first] = stacks;
    return first === undefined
      ? stacks
      : [await startBeside(site, first, 'bench_scale'), ...stacks];
  } catch (error) {
    for (const stack of stacks) await stack.stop();
    throw error;
  }
};

const startStorm = async (site: Site): Promise<readonly System[]> => [
  await startFlashReserve(site, {
    label: 'FlashReserve',
    prefix: 'bench_storm',
    ttlSeconds: LONG_TTL_SECONDS,
  }),
];

const startStreams = async (site: Site): Promise<readonly System[]> => [
  await startFlashReserve(site, {
    label: 'FlashReserve',
    prefix: 'bench_streams',
    ttlSeconds: LONG_TTL_SECONDS,
    // All requests come from this machine.
    env: { STREAMS_PER_ADDRESS: '0', CONNECTIONS_PER_ADDRESS: '0' },
  }),
];

const START: Readonly<Record<StageName, (site: Site) => Promise<readonly System[]>>> = {
  main: startMain,
  scale: startScale,
  storm: startStorm,
  streams: startStreams,
};

const memoryOf = (systems: readonly System[]): ReadonlyMap<string, number> =>
  new Map(
    systems.flatMap(({ label, processes }) =>
      processes().map(({ name, pid }) => [`${label}/${name}`, usageOf(pid).rssMb]),
    ),
  );

/** Starts what the scenarios of a stage need and sends each of its services a first request. */
export const startStage = async (site: Site, name: StageName): Promise<Stage> => {
  const systems = await START[name](site);
  const stop = async (): Promise<void> => {
    for (const system of systems) await system.stop();
  };
  try {
    for (const system of systems) await system.createProduct(1);
  } catch (error) {
    await stop();
    throw error;
  }
  const atStart = memoryOf(systems);
  return {
    systems,
    memory: () =>
      [...memoryOf(systems)].map(([key, endMb]) => {
        const [stack = '', process = ''] = key.split('/');
        return { stage: name, stack, name: process, startMb: atStart.get(key) ?? 0, endMb };
      }),
    stop,
  };
};
