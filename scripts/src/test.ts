import { resolve } from 'node:path';
import { runCommand } from './run-command';
import { HelpWanted, reportFailure, type TaskInput } from './task';

const HELP = `Usage: npm test [-- JEST OPTIONS]

Runs every suite on real stores of its own. Everything after "--" goes to Jest, for example:

  npm test -- services/catalog --selectProjects unit        the unit tests of one folder
  npm test -- test/e2e/demo --selectProjects e2e            one end-to-end test
  npm test -- -t "expires"                                  tests with this name

Suites: unit, local-stores, integration, e2e, bad-input. Jest's own options: npx jest --help
`;

/**
 * Runs every suite on real stores; arguments are passed to Jest, for example `npm test --
 * --selectProjects unit`.
 */
export const main = async ({ root, args }: TaskInput): Promise<void> => {
  try {
    if (args.includes('--help')) throw new HelpWanted(HELP);
    const jest = resolve(root, 'node_modules/jest/bin/jest.js');
    process.exitCode = await runCommand(process.execPath, [jest, ...args], { cwd: root });
  } catch (error) {
    reportFailure(error);
  }
};
