import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from '@flashreserve/local-stores';
import { type Scale, SINGLE_INSTANCES } from '@flashreserve/scripts/start/topology';
import { checkRun, type Verdict } from '../check/check-run';
import { comeToRest } from '../come-to-rest';
import { createRecorder, type Recorder } from '../history/recorder';
import { closeConnections } from '../load/http-call';
import { type Load, startLoad } from '../load/run-load';
import { createRandom } from '../random';
import { startBalancer } from '../site/balancer';
import { type Site, startSite } from '../site/site';
import { measureKills } from './after-kill';
import { measureDatabaseKill, measureRedisOutage } from './after-store-outage';
import type { Figure } from './figure';
import { measureRollingRestarts } from './rolling-restarts';
import { type AnswerWatch, watchAnswers } from './watch-answers';

export interface RecoveryRun {
  readonly root: string;
  readonly outFolder: string;
  readonly commit: string;
  readonly environment: Environment;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

export interface RecoveryOutcome {
  readonly figures: readonly Figure[];
  /** The checker's verdicts on the complete histories, one per part. */
  readonly verdicts: readonly Verdict[];
}

interface Parts {
  readonly site: Site;
  readonly recorder: Recorder;
  readonly watch: AnswerWatch;
  readonly load: Load;
}

/** Measurements on one site, with one load. */
interface Part {
  readonly name: string;
  readonly scale: Scale;
  readonly measure: (parts: Parts) => Promise<readonly Figure[]>;
}

const TTL_SECONDS = 5;
const SWEEP_SECONDS = 5;
const BUYERS = 12;
const REST_TIMEOUT_MS = 60_000;

const PARTS: readonly Part[] = [
  {
    name: 'kills',
    scale: SINGLE_INSTANCES,
    measure: ({ site, recorder, watch }) => measureKills(site, recorder, watch),
  },
  {
    name: 'stores',
    scale: SINGLE_INSTANCES,
    measure: async ({ site, load, ...parts }) => [
      ...(await measureRedisOutage(site, {
        ...parts,
        recentReservations: load.recentReservations,
      })),
      ...(await measureDatabaseKill(site, parts.recorder, parts.watch)),
    ],
  },
  {
    name: 'rolling',
    scale: { auth: 2, catalog: 2, reservation: 2, 'expiry-worker': 2, gateway: 2 },
    measure: ({ site, recorder, watch }) => measureRollingRestarts(site, recorder, watch),
  },
];

const portOf = (url: string): number => Number(new URL(url).port);

const measureOn = async (run: RecoveryRun, part: Part, site: Site, historyFile: string) => {
  const recorder = createRecorder(historyFile);
  const watch = watchAnswers(recorder);
  const balancer = await startBalancer(site.urls.map(portOf));
  recorder.write({
    kind: 'run',
    seed: 1,
    minutes: 0,
    at: Date.now(),
    ttlSeconds: TTL_SECONDS,
    sweepSeconds: SWEEP_SECONDS,
    commit: run.commit,
    scale: part.scale,
  });
  try {
    const load = await startLoad({
      site,
      urls: [balancer.url],
      recorder: watch.recorder,
      random: createRandom(1),
      ttlMs: TTL_SECONDS * 1_000,
      buyers: BUYERS,
    });
    const figures = await part.measure({ site, recorder, watch, load });
    await load.stop();
    const quietAt = await comeToRest(site, REST_TIMEOUT_MS);
    recorder.write({ kind: 'end', at: Date.now(), quietAt });
    return figures;
  } finally {
    closeConnections();
    await balancer.stop();
    await recorder.close();
  }
};

/** Measures the recovery times of each part on new sites, and checks the histories. */
export const runRecovery = async (run: RecoveryRun): Promise<RecoveryOutcome> => {
  const figures: Figure[] = [];
  const verdicts: Verdict[] = [];
  for (const part of PARTS) {
    run.say(`Recovery: ${part.name} ...`);
    const folder = join(run.outFolder, `recovery-${part.name}`);
    mkdirSync(folder, { recursive: true });
    const historyFile = join(folder, 'history.jsonl');
    const site = await startSite({
      root: run.root,
      folder,
      scale: part.scale,
      ttlSeconds: TTL_SECONDS,
      sweepSeconds: SWEEP_SECONDS,
      failpointsSeed: undefined,
      environment: run.environment,
      signal: run.signal,
      proxied: false,
    });
    try {
      const measured = await measureOn(run, part, site, historyFile);
      for (const { name, measure, values, limit } of measured) {
        const shown = values.map((value) => value.toFixed(2)).join(', ');
        run.say(`  ${name}: ${measure}: ${shown} (limit ${limit})`);
      }
      figures.push(...measured);
      const { mongoUri, prefix } = site;
      verdicts.push(await checkRun({ historyFile, mongoUri, dbPrefix: prefix }));
    } finally {
      await site.stop();
    }
  }
  return { figures, verdicts };
};
