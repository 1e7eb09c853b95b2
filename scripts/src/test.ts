import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { runCommand } from './run-command';
import { HelpWanted, reportFailure, type TaskInput } from './task';

const SUITES = ['unit', 'local-stores', 'integration', 'e2e', 'hostile', 'bad-input'] as const;

const HELP = `Usage: npm test [-- [SUITE] JEST OPTIONS]

Runs every suite, or the named one, on real stores of its own. Everything else after "--" goes to Jest, for example:

  npm test -- unit                                          all unit tests; they need no stores
  npm test -- unit services/catalog                         the unit tests of one folder
  npm test -- test/e2e/demo --selectProjects e2e            one end-to-end test
  npm test -- -t "expires"                                  tests with this name

Suites: ${SUITES.join(', ')} (test/README.md). Jest's own options: npx jest --help
`;

/** `unit services/catalog` becomes `--selectProjects unit --testPathPatterns services/catalog`. */
export const toJestArguments = (args: readonly string[]): readonly string[] => {
  const [first = '', ...rest] = args;
  if (!SUITES.some((suite) => suite === first)) return args;
  // Jest would take a path that follows --selectProjects for another project.
  const [path, ...options] = rest;
  const isPath = path !== undefined && !path.startsWith('-');
  return isPath
    ? ['--selectProjects', first, '--testPathPatterns', path, ...options]
    : ['--selectProjects', first, ...rest];
};

/**
 * The runs of Jest, each with its arguments. `hostile` measures response times, so no other suite
 * may run beside it.
 */
export const toJestRuns = (args: readonly string[]): readonly (readonly string[])[] =>
  args.length > 0
    ? [toJestArguments(args)]
    : [
        ['--selectProjects', ...SUITES.filter((suite) => suite !== 'hostile')],
        ['--selectProjects', 'hostile'],
      ];

/** Runs every suite, or the named one. Other arguments are passed to Jest. */
export const main = async ({ root, args }: TaskInput): Promise<void> => {
  try {
    if (args.includes('--help')) throw new HelpWanted(HELP);
    const jest = resolve(root, 'node_modules/jest/bin/jest.js');
    const folder = await mkdtemp(join(tmpdir(), 'flashreserve-test-'));
    const env = { ...process.env, TEST_TOTALS_FILE: join(folder, 'totals.json') };
    let isStopped = false;
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        isStopped = true;
      });
    }
    for (const run of toJestRuns(args)) {
      if (isStopped) break;
      const code = await runCommand(process.execPath, [jest, ...run], { cwd: root, env });
      if (code !== 0) process.exitCode = code;
    }
    await rm(folder, { recursive: true });
  } catch (error) {
    reportFailure(error);
  }
};
