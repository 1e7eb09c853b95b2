import { type Environment, findOrInstallProgram, runProgram } from '@flashreserve/local-stores';
import { TaskError } from '../task';

/** Runs the programs of the test steps. */
export interface Machine {
  readonly env: Environment;
  readonly say: (line: string) => void;
  /** Runs a program and returns its output; throws with the end of the output if it fails. */
  readonly run: (
    command: string,
    args: readonly string[],
    options?: { readonly deadlineMs?: number; readonly env?: Environment },
  ) => Promise<string>;
}

const DEADLINE_MS = 120_000;

export const createMachine = (env: Environment, say: (line: string) => void): Machine => ({
  env,
  say,
  run: (command, args, options = {}) =>
    runProgram({
      command,
      arguments: args,
      env: { ...env, ...options.env },
      deadlineMs: options.deadlineMs ?? DEADLINE_MS,
    }),
});

/** Whether the program succeeds. */
export const succeeds = async (work: Promise<unknown>): Promise<boolean> =>
  work.then(
    () => true,
    () => false,
  );

/** @throws TaskError when the program is missing and cannot be installed */
export const needProgram = async (
  { env, say }: Machine,
  name: string,
  packages: readonly string[],
): Promise<string> => {
  const found = await findOrInstallProgram({ env, names: [name], packages, log: say });
  if (found === undefined) throw new TaskError(`The program ${name} is not installed.`);
  return found;
};
