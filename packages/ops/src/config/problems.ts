import type { z } from 'zod';

export type Environment = Readonly<Record<string, string | undefined>>;

/** One problem with one variable. Never contains the value, which may be a secret. */
export interface ConfigProblem {
  readonly variable: string;
  /**
   * Continues a sentence that starts with the variable's name, for example `must be true or false`.
   */
  readonly message: string;
  /** Position in a list value, starting at 1. */
  readonly entry?: number;
}

/** Invalid environment. The message lists every problem, one per line; show it without a stack. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * Drops unset variables. Empty ones count as unset: Compose and `.env` files cannot unset a
 * variable.
 */
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

/** All problems of an environment, by variable. */
export const findProblems = (schema: z.ZodType, env: Environment): readonly ConfigProblem[] => {
  const result = schema.safeParse(presentIn(env));
  return result.success ? [] : result.error.issues.map(toProblem);
};

/** A problem as one line of text. */
export const describeProblem = ({ variable, entry, message }: ConfigProblem): string =>
  `${variable}${entry === undefined ? '' : ` entry ${entry}`} ${message}`;

/** An error that lists every problem once. */
export const toConfigError = (problems: readonly ConfigProblem[]): ConfigError => {
  const lines = new Set(problems.map(describeProblem));
  return new ConfigError(
    ['The configuration cannot be used:', ...[...lines].map((line) => `  ${line}`)].join('\n'),
  );
};
