import { whenAskedToStop } from '@flashreserve/scripts/start/when-asked-to-stop';
import { reportFailure, type TaskInput } from '@flashreserve/scripts/task';
import { parseOptions } from './options';
import { createDocument } from './report/document';
import { renderTables } from './report/table';
import { writeReport } from './report/write-report';
import { runBench } from './run-bench';
import { SCENARIOS } from './scenarios';

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

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
export const main = async (input: TaskInput): Promise<void> => {
  const asked = whenAskedToStop(process);
  try {
    await run(input, asked);
  } catch (error) {
    if (asked.aborted) {
      say('Stopped before the end; nothing is written.');
      process.exitCode = 1;
    } else {
      reportFailure(error);
    }
  }
  process.exit();
};
