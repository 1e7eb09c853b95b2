import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Environment,
  type LocalStores,
  LocalStoresError,
  startLocalStores,
} from '@flashreserve/local-stores';
import { TaskError } from '@flashreserve/scripts/task';
import { type LoadGenerator, startLoadGenerator } from './load/load-generator';
import type { BenchOptions } from './options';
import type { AuditRow, BenchResults, Comparison, MemoryRow } from './results';
import { SCENARIOS } from './scenarios';
import type { Scenario, StageName } from './scenarios/scenario';
import { type Stage, startStage } from './stage';
import { signBuyers } from './systems/buyers';
import type { Site } from './systems/system';

const BUYERS = 10_000;
const STAGES: readonly StageName[] = ['main', 'scale', 'storm', 'streams'];
const LOG_LINES_MAX = 50;

/** Intermediate results of a run. */
interface Collected {
  readonly comparisons: Comparison[];
  readonly memory: MemoryRow[];
  readonly audits: AuditRow[];
  readonly logLines: string[];
  readonly failures: string[];
}

interface Run {
  readonly site: Site;
  readonly options: BenchOptions;
  readonly say: (line: string) => void;
  /** The load generator, started once there is an auth to sign tokens for. */
  readonly load: () => Promise<LoadGenerator>;
  readonly collected: Collected;
}

const auditAll = async ({ collected, say }: Run, stage: Stage, scenario: Scenario) => {
  for (const system of stage.systems) {
    const startedAt = Date.now();
    const problems = await system.audit();
    const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
    collected.audits.push({ scenario: scenario.name, system: system.label, problems });
    say(
      problems.length === 0
        ? `  Audit of ${system.label}: clean (${seconds} s).`
        : `  Audit of ${system.label} FAILED:\n    ${problems.join('\n    ')}`,
    );
  }
};

/** Records a failure, so that the other results are not lost. */
const attempt = async (
  { site, say, collected }: Run,
  what: string,
  work: () => Promise<void>,
): Promise<void> => {
  site.signal.throwIfAborted();
  try {
    await work();
  } catch (error) {
    site.signal.throwIfAborted();
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    say(`  ${what} FAILED: ${reason}`);
    collected.failures.push(`${what}: ${String(error)}`);
  }
};

const runStage = async (
  run: Run,
  name: StageName,
  scenarios: readonly Scenario[],
): Promise<void> => {
  const { site, options, say, collected } = run;
  say(`Starting the processes (${name}) ...`);
  const stage = await startStage(site, name);
  try {
    const load = await run.load();
    for (const scenario of scenarios) {
      say(`Scenario ${scenario.name} ...`);
      await attempt(run, scenario.name, async () => {
        const context = { site, options, load, systems: stage.systems, say };
        collected.comparisons.push(...(await scenario.run(context)));
        await auditAll(run, stage, scenario);
      });
    }
    collected.memory.push(...stage.memory());
  } finally {
    for (const { label, logLines } of stage.systems) {
      collected.logLines.push(
        ...logLines()
          .slice(0, LOG_LINES_MAX)
          .map((line) => `${label}: ${line}`),
      );
    }
    await stage.stop();
  }
};

const runStages = async (run: Run): Promise<void> => {
  const { only } = run.options;
  for (const name of STAGES) {
    const scenarios = SCENARIOS.filter(
      (scenario) =>
        scenario.stage === name &&
        (only.length === 0 ? scenario.onRequest !== true : only.includes(scenario.name)),
    );
    if (scenarios.length > 0) await attempt(run, name, () => runStage(run, name, scenarios));
  }
};

const startStores = async (
  dataDir: string,
  given: Environment,
  say: (line: string) => void,
): Promise<LocalStores> => {
  // Always private stores, whatever the environment says: other stores must be neither measured nor
  // filled.
  const { MONGO_URI: _mongo, REDIS_URL: _redis, ...env } = given;
  try {
    return await startLocalStores({ dataDir, env, log: say });
  } catch (error) {
    throw error instanceof LocalStoresError ? new TaskError(error.message) : error;
  }
};

const createLoadOnce = (site: Site, say: (line: string) => void) => {
  let started: Promise<LoadGenerator> | undefined;
  return {
    get: (): Promise<LoadGenerator> => {
      started ??= (async () => {
        say(`Signing tokens for ${BUYERS} buyers ...`);
        const generator = await startLoadGenerator(await signBuyers(site, BUYERS));
        // The run cannot continue without it, so this ends a round that would take long.
        site.signal.addEventListener('abort', () => void generator.stop(), { once: true });
        return generator;
      })();
      return started;
    },
    stop: async (): Promise<void> => {
      await (await started?.catch(() => undefined))?.stop();
    },
  };
};

/** All results, and the stores they were measured on. */
export interface BenchRun {
  readonly results: BenchResults;
  readonly stores: LocalStores['description'];
}

/**
 * Runs the scenarios on private stores that are written to disk as in production, in a folder that
 * is removed afterwards. Always leaves no process running.
 */
export const runBench = async (input: {
  readonly root: string;
  readonly options: BenchOptions;
  readonly env: Environment;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}): Promise<BenchRun> => {
  const { root, options, env, signal, say } = input;
  const dataDir = mkdtempSync(join(tmpdir(), 'flashreserve-bench-'));
  const { cpuProfFolder } = options;
  if (cpuProfFolder !== undefined) mkdirSync(cpuProfFolder, { recursive: true });
  let stores: LocalStores | undefined;
  const collected: Collected = {
    comparisons: [],
    memory: [],
    audits: [],
    logLines: [],
    failures: [],
  };
  try {
    say('Starting the stores ...');
    stores = await startStores(dataDir, env, say);
    const { mongoUri, redisUrl, description } = stores;
    const site = { root, mongoUri, redisUrl, cpuProfFolder, signal };
    const load = createLoadOnce(site, say);
    try {
      await runStages({ site, options, say, load: load.get, collected });
    } finally {
      await load.stop();
    }
    return { results: collected, stores: description };
  } finally {
    await stores?.stop();
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
  }
};
