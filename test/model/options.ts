import { readOptions } from '@flashreserve/scripts/options';

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
  const { scenario, states } = readOptions(
    {
      command: 'npm run model',
      about: ABOUT,
      options: {
        scenario: { kind: 'names', of: names, help: 'only these' },
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
  return { statesMax: states, only: scenario };
};
