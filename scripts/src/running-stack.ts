import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const running = z.object({ mongoUri: z.string(), restUrl: z.string().optional(), pid: z.int() });

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/**
 * The state file that `npm start` writes; undefined if it is not running. A file whose process is
 * gone is the leftover of a crash.
 */
export const findRunningStack = (
  root: string,
): { readonly mongoUri: string; readonly restUrl?: string | undefined } | undefined => {
  const file = join(root, '.data/running.json');
  if (!existsSync(file)) return undefined;
  const { pid, ...stack } = running.parse(JSON.parse(readFileSync(file, 'utf8')));
  return isAlive(pid) ? stack : undefined;
};
