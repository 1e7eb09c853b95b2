import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { runCommand } from './run-command';
import { reportFailure, TaskError, type TaskInput } from './task';

const USAGE = 'Usage: npm run bad-input -- [--requests 100000] [--seed n] [--path p]';

/** Options of the task by the variables that `test/bad-input/settings.ts` reads and checks. */
const VARIABLES = {
  requests: 'BAD_INPUT_REQUESTS',
  seed: 'BAD_INPUT_SEED',
  path: 'BAD_INPUT_PATH',
} as const;

const readOptions = (args: readonly string[]): Readonly<Record<string, string>> => {
  const option = { type: 'string' } as const;
  const options = { requests: option, seed: option, path: option };
  try {
    const { values } = parseArgs({ args: [...args], options });
    return Object.fromEntries(
      Object.entries(VARIABLES).flatMap(([name, variable]) => {
        const value = values[name as keyof typeof VARIABLES];
        return value === undefined ? [] : [[variable, value]];
      }),
    );
  } catch (error) {
    throw new TaskError(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  }
};

/** Sends bad input to a whole stack; without options as much as `npm test` does. */
export const main = async ({ root, args }: TaskInput): Promise<void> => {
  try {
    process.exitCode = await runCommand(
      process.execPath,
      [
        resolve(root, 'node_modules/jest/bin/jest.js'),
        '--selectProjects',
        'bad-input',
        '--runInBand',
      ],
      { cwd: root, env: { ...process.env, ...readOptions(args) } },
    );
  } catch (error) {
    reportFailure(error);
  }
};
