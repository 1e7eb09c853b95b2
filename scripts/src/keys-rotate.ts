import { join } from 'node:path';
import { readEnvironment } from './environment/read-environment';
import { type CommandLine, readOptions } from './options';
import { runCommand } from './run-command';
import { loadDevSecrets } from './start/dev-secrets';
import { reportFailure, type TaskInput } from './task';
import { withDatabase } from './with-database';

const KEYS_ROTATE = {
  command: 'npm run keys:rotate',
  about: `Creates a new signing key in the database of MONGO_URI, of the running npm start, or of the stopped one. Tokens of
older keys stay valid until they expire. See docs/runbook.md.`,
  options: {
    'revoke-old': {
      kind: 'flag',
      help: 'revoke all tokens of older keys at once: every user logs in again',
    },
  },
} as const satisfies CommandLine;

/**
 * Creates a new signing key in the given or the local stack's database, with auth's own command.
 * The secret is that of the environment or of the local stack.
 */
export const main = async ({ root, args }: TaskInput): Promise<void> => {
  try {
    const options = readOptions(KEYS_ROTATE, args);
    const environment = readEnvironment(root, process.env);
    process.exitCode = await withDatabase(root, environment, ({ mongoUri }) => {
      const secret =
        process.env['KEY_ENCRYPTION_SECRET'] ||
        loadDevSecrets(join(root, '.data/secrets.json'), process.env).KEY_ENCRYPTION_SECRET;
      return runCommand(
        process.execPath,
        [
          join(root, 'services/auth/dist/rotate-keys.js'),
          ...(options['revoke-old'] ? ['--revoke-old'] : []),
        ],
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
