import { join } from 'node:path';
import { readEnvironment } from './environment/read-environment';
import { type CommandLine, readOptions } from './options';
import { runCommand } from './run-command';
import { reportFailure, type TaskInput } from './task';
import { withDatabase } from './with-database';

const MIGRATE = {
  command: 'npm run migrate',
  about: `Brings the databases of auth, catalog and reservation to this version's schema, in the MongoDB of MONGO_URI, of the
running npm start, or of the stopped one. The services do the same when they start. See docs/data.md.`,
  options: {},
} as const satisfies CommandLine;

const SERVICES = ['auth', 'catalog', 'reservation'] as const;

/** Runs each service's own command, which needs none of its other settings. */
const migrateAll = async (root: string, mongoUri: string): Promise<number> => {
  const codes: number[] = [];
  for (const service of SERVICES) {
    codes.push(
      await runCommand(process.execPath, [join(root, `services/${service}/dist/migrate.js`)], {
        cwd: root,
        env: { ...process.env, MONGO_URI: mongoUri },
      }),
    );
  }
  return Math.max(...codes);
};

/** Migrates the given or the local stack's databases; exits 1 when one of them fails. */
export const main = async ({ root, args }: TaskInput): Promise<void> => {
  try {
    readOptions(MIGRATE, args);
    const environment = readEnvironment(root, process.env);
    process.exitCode = await withDatabase(root, environment, ({ mongoUri }) =>
      migrateAll(root, mongoUri),
    );
  } catch (error) {
    reportFailure(error);
  }
};
