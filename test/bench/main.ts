import { runUntilAsked } from '@flashreserve/scripts/start/run-until-asked';
import { say, type TaskInput } from '@flashreserve/scripts/task';
import { parseOptions } from './options';
import { createDocument } from './report/document';
import { renderTables } from './report/table';
import { writeReport } from './report/write-report';
import { runBench } from './run-bench';
import { SCENARIOS } from './scenarios';

const run = async ({ root, args }: TaskInput, signal: AbortSignal): Promise<void> => {
  const names = SCENARIOS.map(({ name }) => name);
  const options = parseOptions(args, root, names);
  const document = createDocument(
    root,
    options,
    await runBench({ root, options, env: process.env, signal, say }),
  );
  const { results, verdicts } = document;
  say(`\n${renderTables(results, verdicts)}`);
  if (options.write) say(`\nWritten: ${writeReport(options.outFolder, document).join(', ')}`);
  const isUnclean = results.audits.some(({ problems }) => problems.length > 0);
  if (isUnclean || results.failures.length > 0) process.exitCode = 1;
};

/** Runs the benchmark. Exits with 1 if it could not be completed or an audit found a difference. */
export const main = (input: TaskInput): Promise<void> =>
  runUntilAsked((signal) => run(input, signal), 'Stopped before the end; nothing is written.');
