import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Environment } from '@flashreserve/local-stores';
import { type Scale, SINGLE_INSTANCES } from '@flashreserve/scripts/start/topology';
import { checkRun, type Verdict } from './check/check-run';
import { comeToRest } from './come-to-rest';
import { runFaults } from './faults/run-faults';
import { planFaults } from './faults/schedule';
import { createRecorder } from './history/recorder';
import { closeConnections } from './load/http-call';
import { startLoad } from './load/run-load';
import { createRandom, type Random } from './random';
import { type Site, startSite } from './site/site';

export interface SeedRun {
  readonly root: string;
  readonly seed: number;
  readonly minutes: number;
  /** Makes the database fail at random, like a degraded replica set. */
  readonly storeFaults?: boolean;
  /** Concurrent customers; by default enough to keep two cores busy. */
  readonly buyers?: number;
  /** Gets one folder per seed. */
  readonly outFolder: string;
  readonly commit: string;
  readonly environment: Environment;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

export interface SeedOutcome {
  readonly verdict: Verdict;
  readonly historyFile: string;
  /** In milliseconds since 1970. */
  readonly startedAt: number;
  /** The database. */
  readonly store: string;
}

/** Short, so that many reservations expire within a minute. */
const TTL_SECONDS = 3;
const SWEEP_SECONDS = 2;
/** A wrong clock, a just killed worker and a job's backoff may add up. */
const REST_TIMEOUT_MS = 60_000;

/** Every third seed runs two instances of the components that can conflict. */
const scaleFor = (seed: number): Scale =>
  seed % 3 === 0
    ? { ...SINGLE_INSTANCES, catalog: 2, reservation: 2, 'expiry-worker': 2 }
    : SINGLE_INSTANCES;

/** Every second seed also activates failpoints in the processes. */
const failpointsFor = (seed: number): number | undefined => (seed % 2 === 0 ? seed : undefined);

const breakThings = async (
  run: SeedRun,
  parts: { readonly site: Site; readonly random: Random; readonly historyFile: string },
): Promise<void> => {
  const { seed, minutes, commit, say } = run;
  const { site, random, historyFile } = parts;
  const recorder = createRecorder(historyFile);
  recorder.write({
    kind: 'run',
    seed,
    minutes,
    at: Date.now(),
    ttlSeconds: TTL_SECONDS,
    sweepSeconds: SWEEP_SECONDS,
    commit,
    scale: scaleFor(seed),
  });
  try {
    const load = await startLoad({
      site,
      urls: site.urls,
      recorder,
      random: random.fork(),
      ttlMs: TTL_SECONDS * 1_000,
      ...(run.buyers === undefined ? {} : { buyers: run.buyers }),
    });
    const startedAt = Date.now();
    const { recentReservations } = load;
    const context = { site, random: random.fork(), recentReservations };
    await runFaults(planFaults(minutes, random.fork()), context, { recorder, say });
    await pause(Math.max(0, startedAt + minutes * 60_000 - Date.now()), undefined, {
      signal: run.signal,
    });
    await load.stop();
    const quietAt = await comeToRest(site, REST_TIMEOUT_MS);
    recorder.write({ kind: 'end', at: Date.now(), quietAt });
  } finally {
    closeConnections();
    await recorder.close();
  }
};

/** Runs one seed on a new site and has it checked from outside. */
export const runSeed = async (run: SeedRun): Promise<SeedOutcome> => {
  const { seed, outFolder } = run;
  const startedAt = Date.now();
  const folder = join(outFolder, `seed-${seed}`);
  mkdirSync(folder, { recursive: true });
  const historyFile = join(folder, 'history.jsonl');
  const failpointsSeed = failpointsFor(seed);
  const site = await startSite({
    root: run.root,
    folder,
    scale: scaleFor(seed),
    ttlSeconds: TTL_SECONDS,
    sweepSeconds: SWEEP_SECONDS,
    failpointsSeed,
    storeFaultsSeed: run.storeFaults === true ? seed : undefined,
    environment: run.environment,
    signal: run.signal,
    proxied: true,
  });
  try {
    await breakThings(run, { site, random: createRandom(seed), historyFile });
    const { mongoUri, prefix, store } = site;
    const verdict = await checkRun({ historyFile, mongoUri, dbPrefix: prefix });
    writeFileSync(join(folder, 'verdict.json'), `${JSON.stringify(verdict, null, 2)}\n`);
    return { verdict, historyFile, startedAt, store };
  } finally {
    await site.stop();
  }
};
