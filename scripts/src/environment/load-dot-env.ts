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
 * Takes the variables of `.env` over; those that are set already win.
 *
 * @returns the names that stand in the file
 * @throws TaskError when it is there and cannot be read
 */
export const loadDotEnv = (root: string, env: NodeJS.ProcessEnv): readonly string[] => {
  const variables = Object.entries(parseEnv(readText(join(root, '.env'))));
  for (const [name, value] of variables) env[name] ??= value;
  return variables.map(([name]) => name);
};
