import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './run-command';
import { loadDevSecrets } from './start/dev-secrets';
import { reportFailure, type TaskInput } from './task';
import { withDatabase } from './with-database';

/**
 * Makes a new signing key in the given or the local stack's database, with auth's own command. The secret is the one of
 * the environment, or that of the local stack.
 */
export const main = async ({ root, args }: TaskInput): Promise<void> => {
  try {
    if (existsSync(join(root, '.env'))) process.loadEnvFile(join(root, '.env'));
    process.exitCode = await withDatabase(root, ({ mongoUri }) => {
      const secret =
        process.env['KEY_ENCRYPTION_SECRET'] ||
        loadDevSecrets(join(root, '.data/secrets.json'), process.env).KEY_ENCRYPTION_SECRET;
      return runCommand(
        process.execPath,
        [join(root, 'services/auth/dist/rotate-keys.js'), ...args],
        {
          cwd: root,
          env: { ...process.env, MONGO_URI: mongoUri, KEY_ENCRYPTION_SECRET: secret },
        },
      );
    });
  } catch (error) {
    reportFailure(error);
  }
};
