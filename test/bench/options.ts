import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { TaskError } from '@flashreserve/scripts/task';

/** What the command line asks for. */
export interface BenchOptions {
  readonly rounds: number;
  readonly seconds: number;
  /** Names of the scenarios to run; all of them when empty. */
  readonly only: readonly string[];
  readonly outFolder: string;
  readonly write: boolean;
  /** Folder for CPU profiles of every Node process of the stack and of the baseline. */
  readonly cpuProfFolder?: string;
}

const ROUNDS_MAX = 50;
const SECONDS_MAX = 600;

/** Help for people; `names` are those of the scenarios. */
export const usage = (names: readonly string[]): string =>
  `Usage: npm run bench [-- OPTIONS]

Compares FlashReserve with a monolith on this machine: starts private stores, the whole stack and the
baseline as separate processes, measures them in turn, and audits the stock after every scenario.

  --only NAME,NAME    only these scenarios: ${names.join(', ')}
  --rounds N          rounds of each system in each scenario, 1 to ${ROUNDS_MAX}; default 3
  --seconds N         length of a round, 1 to ${SECONDS_MAX}; default 10
  --out FOLDER        where results.json and chart.svg go; default docs/benchmarks
  --no-write          only print
  --cpu-prof FOLDER   write a CPU profile of every Node process when it stops
  --help              this text
`;

const wholeNumber = (name: string, text: string, max: number): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > max) {
    throw new TaskError(`--${name} must be a whole number from 1 to ${max}, not "${text}".`);
  }
  return value;
};

const readArguments = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      options: {
        only: { type: 'string', multiple: true, default: [] },
        rounds: { type: 'string', default: '3' },
        seconds: { type: 'string', default: '10' },
        out: { type: 'string', default: 'docs/benchmarks' },
        'no-write': { type: 'boolean', default: false },
        'cpu-prof': { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new TaskError(`${error instanceof Error ? error.message : String(error)} Try --help.`);
  }
};

/**
 * Reads the command line; undefined when it asks for help.
 *
 * @throws TaskError that says what is not understood
 */
export const parseOptions = (
  args: readonly string[],
  root: string,
  names: readonly string[],
): BenchOptions | undefined => {
  const values = readArguments(args);
  if (values.help) return undefined;
  const only = values.only.flatMap((list) => list.split(',')).filter((name) => name !== '');
  const unknown = only.filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    throw new TaskError(
      `There is no scenario ${unknown.join(', ')}. There are: ${names.join(', ')}.`,
    );
  }
  return {
    rounds: wholeNumber('rounds', values.rounds, ROUNDS_MAX),
    seconds: wholeNumber('seconds', values.seconds, SECONDS_MAX),
    only,
    outFolder: resolve(root, values.out),
    write: !values['no-write'],
    ...(values['cpu-prof'] === undefined
      ? {}
      : { cpuProfFolder: resolve(root, values['cpu-prof']) }),
  };
};
