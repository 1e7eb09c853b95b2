import { type CommandLine, readOptions } from './options';

/**
 * Parses the command line of a task that writes generated files: true when it shall only report
 * whether they are up to date.
 *
 * @throws TaskError for invalid arguments, or HelpWanted
 */
export const readCheck = (task: string, about: string, args: readonly string[]): boolean => {
  const line = {
    command: `node scripts/run.mjs ${task}`,
    about,
    options: { check: { kind: 'flag', help: 'only report whether it is up to date' } },
  } as const satisfies CommandLine;
  return readOptions(line, args).check;
};
