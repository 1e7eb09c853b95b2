import type { z } from 'zod';
import { type Environment, findProblems, presentIn, toConfigError } from './problems';
import { findTlsFileProblems } from './tls-files';

/**
 * Reads a component's configuration from its environment. An empty variable counts as unset.
 *
 * @throws ConfigError that lists all problems at once
 */
export const loadConfig = <Schema extends z.ZodType>(
  schema: Schema,
  env: Environment,
): Readonly<z.output<Schema>> => {
  const result = schema.safeParse(presentIn(env));
  if (!result.success) throw toConfigError(findProblems(schema, env));
  return Object.freeze(result.data);
};

/**
 * Same as `loadConfig`, but also checks the files that the configuration names.
 *
 * @throws ConfigError that lists all problems at once, including those with files
 */
export const loadConfigAndFiles = <Schema extends z.ZodType>(
  schema: Schema,
  env: Environment,
): Readonly<z.output<Schema>> => {
  const problems = [...findProblems(schema, env), ...findTlsFileProblems(env)];
  if (problems.length > 0) throw toConfigError(problems);
  return loadConfig(schema, env);
};
