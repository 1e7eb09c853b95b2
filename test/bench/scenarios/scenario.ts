import type { LoadGenerator } from '../load/load-generator';
import type { LoadPlan } from '../load/load-plan';
import { type Measured, measureLoad } from '../measure/measure-load';
import { summarise } from '../measure/summarise';
import type { BenchOptions } from '../options';
import type { Comparison, Round } from '../results';
import type { Site, System } from '../systems/system';

/** The resources of a scenario. */
export interface ScenarioContext {
  readonly site: Site;
  readonly options: BenchOptions;
  readonly load: LoadGenerator;
  /** FlashReserve and the baseline, or stacks of different sizes. */
  readonly systems: readonly System[];
  readonly say: (line: string) => void;
}

/** What must run for a scenario. */
export type StageName = 'main' | 'scale' | 'storm' | 'streams';

export interface Scenario {
  readonly name: string;
  readonly stage: StageName;
  /** Runs only if named, so that a complete run stays short. */
  readonly onRequest?: true;
  readonly run: (context: ScenarioContext) => Promise<readonly Comparison[]>;
}

/** A shorter round has a warm-up of its own length. */
export const WARM_UP_SECONDS_MAX = 5;

/** A round in the progress output. */
export const describeRound = (label: string, { figures }: Pick<Round, 'figures'>): string => {
  const { perSecond = 0, p50Ms = 0, p99Ms = 0 } = figures;
  return `${label}: ${perSecond.toFixed(0)}/s, p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms`;
};

/** Measures all systems in turn, A B A B, after `prepare` has warmed each of them up. */
export const compare = async (
  context: ScenarioContext,
  what: Pick<Comparison, 'name' | 'title' | 'unit'>,
  steps: {
    readonly warmUp: (system: System) => Promise<unknown>;
    readonly measure: (measured: Measured, round: number) => Promise<Round>;
  },
): Promise<Comparison> => {
  const { systems, options, load, say, site } = context;
  const rounds = new Map<System, Round[]>(systems.map((system) => [system, []]));
  for (const system of systems) await steps.warmUp(system);
  for (let round = 1; round <= options.rounds; round += 1) {
    for (const system of systems) {
      site.signal.throwIfAborted();
      const beside = systems.filter((other) => other !== system);
      const { figures, answers, processes } = await steps.measure({ load, system, beside }, round);
      rounds.get(system)?.push({ figures, answers, processes });
      say(`  ${what.title}, round ${round}: ${describeRound(system.label, { figures })}`);
    }
  }
  return {
    ...what,
    systems: systems.map((system) => summarise(system.label, rounds.get(system) ?? [])),
  };
};

/** Compares the systems under the same load for `--seconds`. */
export const compareLoad = (
  context: ScenarioContext,
  what: Pick<Comparison, 'name' | 'title' | 'unit'>,
  load: {
    readonly connections: number;
    /** The status code that counts. */
    readonly wanted: number;
    readonly requests: (system: System, round: number) => LoadPlan['requests'];
    readonly seconds?: number;
  },
): Promise<Comparison> => {
  const { connections, wanted, seconds = context.options.seconds } = load;
  const plan = (system: System, round: number, length: number): LoadPlan => ({
    url: system.url,
    connections,
    until: { seconds: length },
    requests: load.requests(system, round),
  });
  return compare(context, what, {
    warmUp: (system) => context.load.run(plan(system, 0, Math.min(WARM_UP_SECONDS_MAX, seconds))),
    measure: (measured, round) =>
      measureLoad(measured, plan(measured.system, round, seconds), [wanted]),
  });
};
