import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { MUTATION_AREAS, type MutationPart } from './mutation/areas';
import {
  type AreaSummary,
  areasBelow,
  type MutationReport,
  parseReport,
  type ReportedArea,
  renderSummary,
  summarise,
} from './mutation/summary';
import { wrongValue } from './options';
import { runCommand } from './run-command';
import { HelpWanted, reportFailure, TaskError, type TaskInput } from './task';

/** A lower percentage of detected mutants fails the run. */
const SCORE_MIN = 85;
const CONFIG = 'test/mutation/stryker.config.cjs';
const REPORTS = 'reports/mutation';
const RECORD = 'docs/reliability/mutation.json';

const AREA_NAMES = MUTATION_AREAS.map(({ name }) => name);
const USAGE = `Usage: npm run mutation -- [area ...] [--incremental] [--concurrency N]\nOptions are Stryker's. Areas: ${AREA_NAMES.join(', ')}`;

/** Areas come first; the first option and everything after it go to Stryker. */
const readArguments = (args: readonly string[]) => {
  if (args.includes('--help')) throw new HelpWanted(`${USAGE}\n`);
  const firstOption = args.findIndex((arg) => arg.startsWith('-'));
  const names = firstOption < 0 ? args : args.slice(0, firstOption);
  const unknown = names.find((name) => !AREA_NAMES.includes(name));
  if (unknown !== undefined) throw wrongValue('area', `one of ${AREA_NAMES.join(', ')}`, unknown);
  return {
    areas: MUTATION_AREAS.filter(({ name }) => names.length === 0 || names.includes(name)),
    options: firstOption < 0 ? [] : args.slice(firstOption),
  };
};

/** Mutates one part. Its report stays in the reports folder, as JSON and HTML. */
const mutate = async (
  root: string,
  { name, files }: MutationPart,
  options: readonly string[],
): Promise<MutationReport> => {
  const missing = files.find((file) => !existsSync(join(root, file)));
  if (missing !== undefined) throw new TaskError(`${missing} no longer exists.`);
  process.stdout.write(`\n> ${name}\n`);
  const stryker = join(root, 'node_modules/@stryker-mutator/core/bin/stryker.js');
  const place = ['--incrementalFile', `${REPORTS}/${name}.incremental.json`];
  const args = [stryker, 'run', ...options, ...place, '--mutate', files.join(','), CONFIG];
  if ((await runCommand(process.execPath, args, { cwd: root })) !== 0) {
    throw new TaskError('The mutation run failed; its output above says why.');
  }
  for (const ending of ['json', 'html']) {
    renameSync(join(root, REPORTS, `mutation.${ending}`), join(root, REPORTS, `${name}.${ending}`));
  }
  return parseReport(readFileSync(join(root, REPORTS, `${name}.json`), 'utf8'));
};

const commitOf = (root: string): string | undefined => {
  try {
    return execFileSync('git', ['rev-parse', '--short=12', 'HEAD'], { cwd: root })
      .toString()
      .trim();
  } catch {
    return undefined;
  }
};

/** Records the results of a run over all areas, which the reliability report quotes. */
const record = (root: string, areas: readonly AreaSummary[]): void => {
  const file = join(root, RECORD);
  mkdirSync(dirname(file), { recursive: true });
  const content = { date: new Date().toISOString(), commit: commitOf(root), areas };
  writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`);
};

/**
 * Mutates the given areas, or all; prints the detected mutants and exits 1 below the minimum score.
 */
export const main = async ({ root, args }: TaskInput): Promise<void> => {
  try {
    const { areas, options } = readArguments(args);
    const reported: ReportedArea[] = [];
    for (const { name, parts } of areas) {
      const runs: ReportedArea['parts'][number][] = [];
      for (const part of parts) {
        runs.push({ files: part.files, report: await mutate(root, part, options) });
      }
      reported.push({ name, parts: runs });
    }
    const summaries = summarise(reported);
    process.stdout.write(`\n${renderSummary(summaries)}\n`);
    if (areas.length === MUTATION_AREAS.length) record(root, summaries);
    const below = areasBelow(summaries, SCORE_MIN);
    if (below.length > 0) throw new TaskError(`Below ${SCORE_MIN} %: ${below.join(', ')}.`);
  } catch (error) {
    reportFailure(error);
  }
};
