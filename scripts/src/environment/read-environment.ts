import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { configSchema as catalog } from '@flashreserve/catalog/config';
import { configSchema as worker } from '@flashreserve/expiry-worker/config';
import { configSchema as gateway } from '@flashreserve/gateway/config';
import { ConfigError, loadConfig } from '@flashreserve/ops';
import { z } from 'zod';
import { TaskError } from '../task';
import { knownVariables, warnAboutUnknown } from './unknown-variables';

/** The stack's settings that the tools use, with the components' own rules. */
const schema = z.object({
  MONGO_URI: catalog.shape.MONGO_URI.optional(),
  MONGO_DB_PREFIX: catalog.shape.MONGO_DB_PREFIX,
  RETENTION_DAYS: catalog.shape.RETENTION_DAYS,
  IDEMPOTENCY_DAYS: catalog.shape.IDEMPOTENCY_DAYS,
  SWEEP_INTERVAL_SECONDS: worker.shape.SWEEP_INTERVAL_SECONDS,
  PORT: gateway.shape.PORT,
});

export type TaskEnvironment = Readonly<z.output<typeof schema>>;

const warn = (line: string): void => {
  process.stderr.write(`Warning: ${line}\n`);
};

const readText = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT')
      return '';
    throw new TaskError(`${file} cannot be read: ${String(error)}`);
  }
};

/**
 * Adds the variables of `.env` to the environment; existing ones take precedence.
 *
 * @returns the names in the file
 * @throws TaskError when the file exists but cannot be read
 */
const loadDotEnv = (root: string, env: NodeJS.ProcessEnv): readonly string[] => {
  const variables = Object.entries(parseEnv(readText(join(root, '.env'))));
  for (const [name, value] of variables) env[name] ??= value;
  return variables.map(([name]) => name);
};

/** Loads `.env` into this process's environment, and warns about unknown names. */
export const prepareEnvironment = (root: string, env: NodeJS.ProcessEnv): void => {
  const inDotEnv = loadDotEnv(root, env);
  for (const line of warnAboutUnknown({ env, inDotEnv, known: knownVariables(root) })) warn(line);
};

/**
 * Loads `.env` and reads the settings for tools.
 *
 * @throws TaskError that lists all problems, by variable
 */
export const readEnvironment = (root: string, env: NodeJS.ProcessEnv): TaskEnvironment => {
  prepareEnvironment(root, env);
  try {
    return loadConfig(schema, env);
  } catch (error) {
    throw error instanceof ConfigError ? new TaskError(error.message) : error;
  }
};

/** How long the stack keeps documents, for tools that compare them. */
export const retentionOf = ({ RETENTION_DAYS, IDEMPOTENCY_DAYS }: TaskEnvironment) => ({
  retentionDays: RETENTION_DAYS,
  idempotencyDays: IDEMPOTENCY_DAYS,
});
