import { resolve } from 'node:path';
import { runCommand } from './run-command';
import type { TaskInput } from './task';

/** Runs every suite on real stores; arguments go to Jest, for example `npm test -- --selectProjects unit`. */
export const main = async ({ root, args }: TaskInput): Promise<void> => {
  process.exitCode = await runCommand(
    process.execPath,
    [resolve(root, 'node_modules/jest/bin/jest.js'), ...args],
    { cwd: root },
  );
};
