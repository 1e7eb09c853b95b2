import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { isReconciled, renderReconcile, runReconcile } from '@flashreserve/audit';
import { reportFailure, TaskError, type TaskInput } from './task';
import { withDatabase } from './with-database';

const readApply = (args: readonly string[]): boolean => {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { apply: { type: 'boolean', default: false } },
    });
    return values.apply;
  } catch (error) {
    throw new TaskError(
      `${error instanceof Error ? error.message : String(error)}\nUsage: npm run reconcile [-- --apply]`,
    );
  }
};

/**
 * Says what a restore has torn apart, or repairs it; exits 1 when something is left to do. Never repairs under a
 * stack that it sees running.
 */
export const main = async ({ root, args }: TaskInput): Promise<void> => {
  try {
    const apply = readApply(args);
    if (existsSync(join(root, '.env'))) process.loadEnvFile(join(root, '.env'));
    const report = await withDatabase(root, ({ mongoUri, stackRuns }) => {
      if (apply && stackRuns)
        throw new TaskError('Stop `npm start` first: nothing may be sold now.');
      const dbPrefix = process.env['MONGO_DB_PREFIX'] || 'flashreserve';
      return runReconcile({ mongoUri, dbPrefix, apply });
    });
    process.stdout.write(`${renderReconcile(report)}\n`);
    process.exitCode = isReconciled(report) ? 0 : 1;
  } catch (error) {
    reportFailure(error);
  }
};
