import { z } from 'zod';

/** The environment cannot be used. The message lists every problem, one to a line. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * Reads a component's configuration from its environment, once, at start.
 *
 * An empty variable counts as not set, because compose files and `.env` files cannot unset one.
 *
 * @throws ConfigError that lists all problems at once
 */
export const loadConfig = <Schema extends z.ZodType>(
  schema: Schema,
  env: Readonly<Record<string, string | undefined>>,
): Readonly<z.output<Schema>> => {
  const present = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  );
  const result = schema.safeParse(present);
  if (!result.success) {
    throw new ConfigError(`The configuration is not usable:\n${z.prettifyError(result.error)}`);
  }
  return Object.freeze(result.data);
};
