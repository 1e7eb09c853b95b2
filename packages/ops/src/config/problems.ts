import type { z } from 'zod';

export type Environment = Readonly<Record<string, string | undefined>>;

/** One thing that is wrong with one variable. Never holds the value, which may be a secret. */
export interface ConfigProblem {
  readonly variable: string;
  /** Goes on after the variable's name, for example `must be true or false`. */
  readonly message: string;
  /** Which entry of a list is meant, from 1. */
  readonly entry?: number;
}

/** The environment cannot be used. The message lists every problem, one to a line, and is for people: show it without a stack. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Leaves out what is not set. An empty variable counts as that, because compose files and `.env` files cannot unset one. */
export const presentIn = (env: Environment): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(env).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && entry[1].trim() !== '',
    ),
  );

const toProblem = ({ path, message }: z.core.$ZodIssue): ConfigProblem => {
  const [variable, index] = path;
  return {
    variable: String(variable ?? ''),
    message,
    ...(typeof index === 'number' && { entry: index + 1 }),
  };
};

/** Everything that is wrong with an environment, by variable. */
export const findProblems = (schema: z.ZodType, env: Environment): readonly ConfigProblem[] => {
  const result = schema.safeParse(presentIn(env));
  return result.success ? [] : result.error.issues.map(toProblem);
};

/** One line about one problem. */
export const describeProblem = ({ variable, entry, message }: ConfigProblem): string =>
  `${variable}${entry === undefined ? '' : ` entry ${entry}`} ${message}`;

/** An error that lists all problems, each once. */
export const toConfigError = (problems: readonly ConfigProblem[]): ConfigError => {
  const lines = new Set(problems.map(describeProblem));
  return new ConfigError(
    ['The configuration cannot be used:', ...[...lines].map((line) => `  ${line}`)].join('\n'),
  );
};
