import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runUntilAsked } from '@flashreserve/scripts/start/run-until-asked';
import { say, type TaskInput } from '@flashreserve/scripts/task';
import type { Verdict } from './check/verdict';
import { readHistory } from './history/history';
import { type ChaosOptions, parseOptions } from './options';
import { renderRecovery } from './recovery/render-recovery';
import { runRecovery } from './recovery/run-recovery';
import { collectTimeline } from './report/collect-timeline';
import { recoveriesOf } from './report/recovery-times';
import { RESULTS_FILE, TIMELINE_FILE, updateReport } from './report/render-report';
import { recordResult } from './report/results';
import { writeSection } from './report/section';
import { drawTimeline } from './report/timeline';
import { runSeed, type SeedOutcome, type SeedRun } from './run-seed';

/** Settings shared by all runs. */
type CommonRun = Omit<SeedRun, 'seed' | 'minutes'>;

const commitOf = (root: string): string => {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
      cwd: root,
      encoding: 'utf8',
    }).trim();
  } catch {
    // A source archive has no git history.
    return 'unknown';
  }
};

const sayVerdict = ({ counts, invariants }: Verdict): void => {
  say(`  ${JSON.stringify(counts)}`);
  for (const { name, checked, violations, violationsTotal } of invariants) {
    say(`  ${violationsTotal === 0 ? 'holds' : 'VIOLATED'}  ${name} (${checked} checked)`);
    for (const violation of violations) say(`      ${violation}`);
  }
};

const recordSeed = async (root: string, run: SeedRun, outcome: SeedOutcome): Promise<void> => {
  const { seed, minutes, commit } = run;
  const { verdict, historyFile, startedAt, store } = outcome;
  const recovery = await recoveriesOf(readHistory(historyFile));
  const result = { seed, minutes, commit, store, startedAt, verdict, recovery };
  recordResult(join(root, RESULTS_FILE), result);
  const timeline = await collectTimeline(readHistory(historyFile));
  writeFileSync(join(root, TIMELINE_FILE), drawTimeline(timeline));
  updateReport(root);
};

const runSeeds = async (options: ChaosOptions, common: CommonRun): Promise<void> => {
  const failed: number[] = [];
  for (let seed = options.seed; seed < options.seed + options.seeds; seed += 1) {
    common.signal.throwIfAborted();
    say(`Seed ${seed} ...`);
    const { minutes, storeFaults } = options;
    const seedRun = { ...common, seed, minutes, storeFaults };
    const outcome = await runSeed(seedRun);
    sayVerdict(outcome.verdict);
    if (options.record) await recordSeed(common.root, seedRun, outcome);
    if (!outcome.verdict.clean) failed.push(seed);
  }
  if (failed.length > 0) {
    say(`Seeds with violations: ${failed.join(', ')}.`);
    process.exitCode = 1;
  }
};

const measureRecovery = async (options: ChaosOptions, common: CommonRun): Promise<void> => {
  const { figures, verdicts } = await runRecovery(common);
  for (const verdict of verdicts) sayVerdict(verdict);
  if (options.record) {
    writeSection(common.root, 'recovery', renderRecovery(figures, common.commit));
  }
  if (verdicts.some(({ clean }) => !clean)) process.exitCode = 1;
};

const run = async ({ root, args }: TaskInput, signal: AbortSignal): Promise<void> => {
  const options = parseOptions(args, root);
  const common: CommonRun = {
    root,
    outFolder: options.outFolder,
    commit: commitOf(root),
    environment: process.env,
    signal,
    say,
  };
  await (options.recovery ? measureRecovery(options, common) : runSeeds(options, common));
};

/** Runs chaos seeds. Exits with 1 if an invariant was violated or a run could not be completed. */
export const main = (input: TaskInput): Promise<void> =>
  runUntilAsked((signal) => run(input, signal), 'Stopped before the end.');
