import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { TaskError } from '../task';

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
export const loadDotEnv = (root: string, env: NodeJS.ProcessEnv): readonly string[] => {
  const variables = Object.entries(parseEnv(readText(join(root, '.env'))));
  for (const [name, value] of variables) env[name] ??= value;
  return variables.map(([name]) => name);
};
