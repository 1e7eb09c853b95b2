import { resolve } from 'node:path';
import { type CommandLine, readOptions } from './options';
import { runCommand } from './run-command';
import { reportFailure, type TaskInput } from './task';

/** Options of the task by the variables that `test/bad-input/settings.ts` reads and checks. */
const VARIABLES = {
  requests: 'BAD_INPUT_REQUESTS',
  seed: 'BAD_INPUT_SEED',
  path: 'BAD_INPUT_PATH',
} as const;

const BAD_INPUT = {
  command: 'npm run bad-input',
  about:
    'Sends generated nonsense to every route and RPC of a whole stack; without options as much as `npm test` does.',
  options: {
    requests: { kind: 'text', value: 'N', help: 'requests to send' },
    seed: { kind: 'text', value: 'N', help: 'repeats what an earlier run with this seed sent' },
    path: { kind: 'text', value: 'PATH', help: 'goes straight to the case that a run has found' },
  },
} as const satisfies CommandLine;

const readVariables = (args: readonly string[]): Readonly<Record<string, string>> => {
  const values = readOptions(BAD_INPUT, args);
  return Object.fromEntries(
    Object.entries(VARIABLES).flatMap(([name, variable]) => {
      const value = values[name as keyof typeof VARIABLES];
      return value === undefined ? [] : [[variable, value]];
    }),
  );
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
      { cwd: root, env: { ...process.env, ...readVariables(args) } },
    );
  } catch (error) {
    reportFailure(error);
  }
};
