import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { whenAskedToStop } from '@flashreserve/scripts/start/when-asked-to-stop';
import { reportFailure, type TaskInput } from '@flashreserve/scripts/task';
import { readHistory } from './history/history';
import { parseOptions, USAGE } from './options';
import { collectTimeline } from './report/collect-timeline';
import { recoveriesOf } from './report/recovery-times';
import { SEEDS_FOLDER, TIMELINE_FILE, updateReport } from './report/render-report';
import { appendResult } from './report/results';
import { drawTimeline } from './report/timeline';
import { runSeed } from './run-seed';

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const commitOf = (root: string): string => {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
      cwd: root,
      encoding: 'utf8',
    }).trim();
  } catch {
    // An archive of the sources has no history.
    return 'unknown';
  }
};

const run = async ({ root, args }: TaskInput, signal: AbortSignal): Promise<void> => {
  const options = parseOptions(args, root);
  if (options === undefined) {
    say(USAGE);
    return;
  }
  const commit = commitOf(root);
  const failed: number[] = [];
  for (let seed = options.seed; seed < options.seed + options.seeds; seed += 1) {
    signal.throwIfAborted();
    say(`Seed ${seed} ...`);
    const { minutes, outFolder } = options;
    const outcome = await runSeed({
      root,
      seed,
      minutes,
      outFolder,
      commit,
      environment: process.env,
      signal,
      say,
    });
    const { verdict, historyFile, startedAt } = outcome;
    if (options.record) {
      const recovery = await recoveriesOf(readHistory(historyFile));
      appendResult(join(root, SEEDS_FOLDER), {
        seed,
        minutes,
        commit,
        startedAt,
        verdict,
        recovery,
      });
      const timeline = await collectTimeline(readHistory(historyFile));
      writeFileSync(join(root, TIMELINE_FILE), drawTimeline(timeline));
      updateReport(root);
    }
    say(`  ${JSON.stringify(verdict.counts)}`);
    for (const { name, checked, violations } of verdict.invariants) {
      say(`  ${violations.length === 0 ? 'holds' : 'VIOLATED'}  ${name} (${checked})`);
      for (const violation of violations) say(`      ${violation}`);
    }
    if (!verdict.clean) failed.push(seed);
  }
  if (failed.length > 0) {
    say(`Seeds with violations: ${failed.join(', ')}.`);
    process.exitCode = 1;
  }
};

/** Runs seeds of chaos. Exits 1 when an invariant was violated or a run could not be completed. */
export const main = async (input: TaskInput): Promise<void> => {
  const asked = whenAskedToStop(process);
  try {
    await run(input, asked);
  } catch (error) {
    if (asked.aborted) {
      say('Stopped before the end.');
      process.exitCode = 1;
    } else {
      reportFailure(error);
    }
  }
  process.exit();
};
