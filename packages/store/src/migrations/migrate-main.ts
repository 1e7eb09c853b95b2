import { ConfigError, configFields, createSilentLogger, loadConfig } from '@flashreserve/ops';
import { z } from 'zod';
import { connectMongo } from '../mongo/connect-mongo';
import { mongoUri } from '../mongo/mongo-uri';
import { labelOf, type Migration, MigrationError } from './migration';
import { runMigrations } from './run-migrations';

const schema = z.object({ MONGO_URI: mongoUri, MONGO_DB_PREFIX: configFields.mongoDbPrefix });

export interface MigrateMainOptions {
  readonly component: string;
  readonly migrations: readonly Migration[];
  readonly process: NodeJS.Process;
}

const run = async ({ component, migrations, process }: MigrateMainOptions): Promise<string> => {
  const config = loadConfig(schema, process.env);
  const connection = await connectMongo({
    uri: config.MONGO_URI,
    dbName: `${config.MONGO_DB_PREFIX}_${component}`,
    log: createSilentLogger(),
  });
  try {
    const done = await runMigrations({ connection, migrations, log: createSilentLogger() });
    return done.length === 0 ? 'up to date' : done.map(labelOf).join(', ');
  } finally {
    await connection.close();
  }
};

/**
 * Operator command that migrates the database of one component, which need not be running. Exit
 * codes: 0 migrated or up to date, 1 failed.
 */
export const migrateMain = async (options: MigrateMainOptions): Promise<void> => {
  const { component, process } = options;
  try {
    process.stdout.write(`${component}: ${await run(options)}\n`);
  } catch (error) {
    const isExpected = error instanceof ConfigError || error instanceof MigrationError;
    process.stderr.write(`${component}: ${isExpected ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
};
