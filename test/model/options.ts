import { parseArgs } from 'node:util';
import { TaskError } from '@flashreserve/scripts/task';

/** What the command line asks for. */
export interface ModelOptions {
  /** Most states of each scenario. */
  readonly statesMax: number;
  /** Names of the scenarios to explore; all of them when empty. */
  readonly only: readonly string[];
}

const STATES_DEFAULT = 2_000_000;
/** They take about 4 GB. */
const STATES_MAX = 100_000_000;

/** Help for people; `names` are those of the scenarios. */
export const usage = (names: readonly string[]): string =>
  `Usage: npm run model [-- OPTIONS]

Explores every order in which the steps of the reservation saga can happen, with crashes and lost replies
anywhere, and checks the invariants in every state. Exits 1 when one is broken, with the shortest way there.

  --scenario NAME,NAME  only these: ${names.join(', ')}
  --states N            most states of each scenario; default ${STATES_DEFAULT}
  --help                this text
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
        scenario: { type: 'string', multiple: true, default: [] },
        states: { type: 'string', default: String(STATES_DEFAULT) },
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
  names: readonly string[],
): ModelOptions | undefined => {
  const values = readArguments(args);
  if (values.help) return undefined;
  const only = values.scenario.flatMap((list) => list.split(',')).filter((name) => name !== '');
  const unknown = only.filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    throw new TaskError(
      `There is no scenario ${unknown.join(', ')}. There are: ${names.join(', ')}.`,
    );
  }
  return { statesMax: wholeNumber('states', values.states, STATES_MAX), only };
};
