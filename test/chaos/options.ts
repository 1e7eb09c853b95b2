import { resolve } from 'node:path';
import { type CommandLine, readOptions } from '@flashreserve/scripts/options';

/** The command line options. */
export interface ChaosOptions {
  /** The first seed; the others are consecutive. */
  readonly seed: number;
  readonly seeds: number;
  /** Duration of the load per seed. */
  readonly minutes: number;
  /** Folder for histories and logs. */
  readonly outFolder: string;
  /** Adds the results to docs/reliability.md. */
  readonly record: boolean;
  /** Measures recovery times instead of running seeds. */
  readonly recovery: boolean;
  /** Makes the database fail at random, like a degraded replica set. */
  readonly storeFaults: boolean;
}

const CHAOS = {
  command: 'npm run chaos',
  about: `Fault injection: runs the whole stack on private stores under load, kills, pauses and disconnects its processes on a
schedule derived from the seed, then checks from outside that nothing was oversold or lost.`,
  options: {
    seed: {
      kind: 'number',
      help: 'seed of all random choices; the same seed makes the same choices',
      min: 1,
      max: 2 ** 31 - 1,
      fallback: 1,
    },
    seeds: {
      kind: 'number',
      help: 'number of consecutive seeds',
      min: 1,
      max: 10_000,
      fallback: 1,
    },
    minutes: {
      kind: 'number',
      help: 'duration of the load per seed',
      min: 0.1,
      max: 60,
      fallback: 1,
      fractions: true,
    },
    out: {
      kind: 'text',
      value: 'FOLDER',
      help: 'folder for histories and logs; default chaos-runs (not kept in git)',
    },
    'store-faults': {
      kind: 'flag',
      help: 'make the database fail at random, like a degraded replica set',
    },
    recovery: { kind: 'flag', help: 'measure recovery times instead; takes about 15 minutes' },
    record: { kind: 'flag', help: 'add the results to docs/reliability.md' },
  },
} as const satisfies CommandLine;

/** @throws TaskError that explains an invalid argument, or HelpWanted */
export const parseOptions = (args: readonly string[], root: string): ChaosOptions => {
  const { out = 'chaos-runs', 'store-faults': storeFaults, ...values } = readOptions(CHAOS, args);
  return { ...values, storeFaults, outFolder: resolve(root, out) };
};
