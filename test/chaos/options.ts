import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { TaskError } from '@flashreserve/scripts/task';

/** What the command line asks for. */
export interface ChaosOptions {
  /** The first seed; the others follow it. */
  readonly seed: number;
  readonly seeds: number;
  /** Length of the load of each seed. */
  readonly minutes: number;
  /** Where histories and logs go. */
  readonly outFolder: string;
  /** Adds the results to docs/reliability.md. */
  readonly record: boolean;
  /** Measures recovery times instead of running seeds. */
  readonly recovery: boolean;
}

export const USAGE = `Usage: npm run chaos [-- OPTIONS]

Breaks things on purpose: runs the whole stack on private stores under load, kills, pauses, cuts and confuses its
parts by a schedule that the seed decides, then checks from outside that nothing was oversold and nothing lost.

  --seed N        the schedule; default 1. The same seed makes the same choices again
  --seeds N       run so many seeds, one after the other; default 1
  --minutes M     length of the load of each seed, 0.1 to 60; default 1
  --out FOLDER    where histories and logs go; default chaos-runs (not kept in git)
  --recovery      measure recovery times instead; about a quarter of an hour
  --record        add the results to docs/reliability.md
  --help          this text
`;

const SEED_MAX = 2 ** 31 - 1;
const SEEDS_MAX = 10_000;
const MINUTES = { min: 0.1, max: 60 };

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
        seed: { type: 'string', default: '1' },
        seeds: { type: 'string', default: '1' },
        minutes: { type: 'string', default: '1' },
        out: { type: 'string', default: 'chaos-runs' },
        recovery: { type: 'boolean', default: false },
        record: { type: 'boolean', default: false },
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
export const parseOptions = (args: readonly string[], root: string): ChaosOptions | undefined => {
  const values = readArguments(args);
  if (values.help) return undefined;
  const minutes = Number(values.minutes);
  if (!(minutes >= MINUTES.min && minutes <= MINUTES.max)) {
    throw new TaskError(
      `--minutes must be from ${MINUTES.min} to ${MINUTES.max}, not "${values.minutes}".`,
    );
  }
  return {
    seed: wholeNumber('seed', values.seed, SEED_MAX),
    seeds: wholeNumber('seeds', values.seeds, SEEDS_MAX),
    minutes,
    outFolder: resolve(root, values.out),
    record: values.record,
    recovery: values.recovery,
  };
};
