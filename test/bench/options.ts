import { resolve } from 'node:path';
import { type CommandLine, readOptions } from '@flashreserve/scripts/options';

/** The command line options. */
export interface BenchOptions {
  readonly rounds: number;
  readonly seconds: number;
  /** Names of the scenarios to run; all if empty. */
  readonly only: readonly string[];
  readonly outFolder: string;
  readonly write: boolean;
  /** Folder for CPU profiles of every Node process of the stack and of the baseline. */
  readonly cpuProfFolder?: string;
}

const BENCH = {
  command: 'npm run bench',
  about: `Compares FlashReserve with a monolith on this machine: starts private stores, the whole stack and the
baseline as separate processes, measures them in turn, and audits the stock after every scenario.`,
  options: {
    rounds: {
      kind: 'number',
      help: 'rounds per system and scenario',
      min: 1,
      max: 50,
      fallback: 3,
    },
    seconds: { kind: 'number', help: 'duration of a round', min: 1, max: 600, fallback: 10 },
    out: {
      kind: 'text',
      value: 'FOLDER',
      help: 'folder for results and chart; default docs/benchmarks',
    },
    'no-write': { kind: 'flag', help: 'only print' },
    'cpu-prof': {
      kind: 'text',
      value: 'FOLDER',
      help: 'folder for a CPU profile of every Node process',
    },
  },
} as const satisfies CommandLine;

/**
 * Parses the command line; `names` are those of the scenarios.
 *
 * @throws TaskError that explains an invalid argument, or HelpWanted
 */
export const parseOptions = (
  args: readonly string[],
  root: string,
  names: readonly string[],
): BenchOptions => {
  const only = { kind: 'names', of: names, help: 'only these' } as const;
  const values = readOptions({ ...BENCH, options: { only, ...BENCH.options } }, args);
  return {
    rounds: values.rounds,
    seconds: values.seconds,
    only: values.only,
    outFolder: resolve(root, values.out ?? 'docs/benchmarks'),
    write: !values['no-write'],
    ...(values['cpu-prof'] === undefined
      ? {}
      : { cpuProfFolder: resolve(root, values['cpu-prof']) }),
  };
};
