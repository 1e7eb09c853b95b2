import { readOptions } from '@flashreserve/scripts/options';
import { TaskError } from '@flashreserve/scripts/task';

/** The command line options. */
export interface ModelOptions {
  /** Maximum number of states per scenario. */
  readonly statesMax: number;
  /** Names of the scenarios to explore; all if empty. */
  readonly only: readonly string[];
}

const STATES_DEFAULT = 2_000_000;
/** They take about 4 GB. */
const STATES_MAX = 100_000_000;

const ABOUT = `Explores every order in which the steps of the reservation saga can happen, with crashes and lost replies
anywhere, and checks the invariants in every state. Exits with 1 if one is violated, and prints the shortest trace.`;

/**
 * Parses the command line; `names` are those of the scenarios.
 *
 * @throws TaskError that explains an invalid argument, or HelpWanted
 */
export const parseOptions = (args: readonly string[], names: readonly string[]): ModelOptions => {
  const values = readOptions(
    {
      command: 'npm run model',
      about: ABOUT,
      options: {
        scenario: { kind: 'list', value: 'NAME,NAME', help: `only these: ${names.join(', ')}` },
        states: {
          kind: 'number',
          help: 'maximum number of states per scenario',
          min: 1,
          max: STATES_MAX,
          fallback: STATES_DEFAULT,
        },
      },
    },
    args,
  );
  const only = values.scenario.flatMap((list) => list.split(',')).filter((name) => name !== '');
  const unknown = only.filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    throw new TaskError(
      `There is no scenario ${unknown.join(', ')}. There are: ${names.join(', ')}.`,
    );
  }
  return { statesMax: values.states, only };
};
