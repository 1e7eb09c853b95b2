import { resolve } from 'node:path';
import { type CommandLine, readOptions } from './options';
import { runCommand } from './run-command';
import { reportFailure, type TaskInput } from './task';

/** Task options by variable; `test/bad-input/settings.ts` reads and validates them. */
const VARIABLES = {
  requests: 'BAD_INPUT_REQUESTS',
  seed: 'BAD_INPUT_SEED',
  path: 'BAD_INPUT_PATH',
} as const;

const REQUESTS_MAX = 10_000_000;

const BAD_INPUT = {
  command: 'npm run bad-input',
  about:
    'Sends generated invalid input to every route and RPC of a whole stack; by default as much as `npm test` does.',
  options: {
    requests: { kind: 'number', help: 'requests to send', min: 100, max: REQUESTS_MAX },
    seed: {
      kind: 'number',
      help: 'resend the requests of an earlier run with this seed',
      min: -(2 ** 31),
      max: 2 ** 31 - 1,
    },
    path: { kind: 'text', value: 'PATH', help: 'replay the failing case that a run reported' },
  },
} as const satisfies CommandLine;

const readVariables = (args: readonly string[]): Readonly<Record<string, string>> => {
  const values = readOptions(BAD_INPUT, args);
  return Object.fromEntries(
    Object.entries(VARIABLES).flatMap(([name, variable]) => {
      const value = values[name as keyof typeof VARIABLES];
      return value === undefined ? [] : [[variable, String(value)]];
    }),
  );
};

/** Sends invalid input to a whole stack; without options as much as `npm test` does. */
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
