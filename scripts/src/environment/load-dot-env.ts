import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Takes the variables of `.env` over, as `npm start` does; those that are set already win. */
export const loadDotEnv = (root: string): void => {
  const file = join(root, '.env');
  if (existsSync(file)) process.loadEnvFile(file);
};
