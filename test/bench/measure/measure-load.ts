import { performance } from 'node:perf_hooks';
import type { LoadGenerator } from '../load/load-generator';
import type { LoadOutcome, LoadPlan } from '../load/load-plan';
import type { Figures, Round } from '../results';
import type { System } from '../systems/system';
import { type ProcessUsage, takeUsage, usageBetween } from './process-usage';

const LOAD_GENERATOR = 'load generator';

/** The processes to measure. */
export interface MeasuredProcesses {
  readonly load: Pick<LoadGenerator, 'pid'>;
  readonly system: Pick<System, 'processes'>;
  /** Systems that are idle meanwhile and do not count. */
  readonly beside: readonly System[];
}

/** A system to measure, and what loads it. */
export interface Measured extends MeasuredProcesses {
  readonly load: LoadGenerator;
  readonly system: System;
}

const sum = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0);

/** Runs `work` and returns what every process used meanwhile. */
const withUsage = async <Result>(
  { load, system, beside }: MeasuredProcesses,
  work: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly processes: readonly ProcessUsage[] }> => {
  const named = [...system.processes(), { name: LOAD_GENERATOR, pid: load.pid }];
  const others = new Set(beside.flatMap(({ processes }) => processes().map(({ pid }) => pid)));
  const before = takeUsage(named, others);
  const result = await work();
  return { result, processes: usageBetween(before, takeUsage(named, others)) };
};

const figuresOf = (
  outcome: LoadOutcome,
  wanted: readonly number[],
  processes: readonly ProcessUsage[],
): Figures => {
  const all = sum(Object.values(outcome.answers));
  const counted = sum(wanted.map((status) => outcome.answers[status] ?? 0));
  const cpuMs = (names: (name: string) => boolean): number =>
    sum(processes.filter(({ name }) => names(name)).map((process) => process.cpuMs));
  const systemCpuMs = cpuMs((name) => name !== LOAD_GENERATOR);
  return {
    perSecond: counted / Math.max(outcome.seconds, 0.001),
    p50Ms: outcome.latencyMs.p50,
    p99Ms: outcome.latencyMs.p99,
    maxMs: outcome.latencyMs.max,
    otherAnswers: all - counted,
    errors: outcome.errors,
    cpuMsPerRequest: systemCpuMs / Math.max(all, 1),
    cpuMsPerCounted: systemCpuMs / Math.max(counted, 1),
    loadCpuMsPerRequest: cpuMs((name) => name === LOAD_GENERATOR) / Math.max(all, 1),
  };
};

/** Runs a load and summarizes it. */
export const measureRun = async <Outcome extends LoadOutcome>(
  measured: MeasuredProcesses,
  steps: {
    readonly run: () => Promise<Outcome>;
    /** Status codes that count. */
    readonly wanted: readonly number[];
    /** Resolves once the system has finished what it does after responses; its CPU time counts. */
    readonly settle?: (outcome: Outcome) => Promise<void>;
  },
): Promise<Round & { readonly outcome: Outcome }> => {
  const { run, wanted, settle } = steps;
  const { result, processes } = await withUsage(measured, async () => {
    const outcome = await run();
    const endedAt = performance.now();
    await settle?.(outcome);
    return { outcome, settleSeconds: (performance.now() - endedAt) / 1_000 };
  });
  const { outcome, settleSeconds } = result;
  const figures = figuresOf(outcome, wanted, processes);
  return {
    outcome,
    figures: settle === undefined ? figures : { ...figures, settleSeconds },
    answers: outcome.answers,
    processes,
  };
};

/** Runs a load and summarizes it; `wanted` are the status codes that count. */
export const measureLoad = (
  measured: Measured,
  plan: LoadPlan,
  wanted: readonly number[],
): Promise<Round & { readonly outcome: LoadOutcome }> =>
  measureRun(measured, { run: () => measured.load.run(plan), wanted });
