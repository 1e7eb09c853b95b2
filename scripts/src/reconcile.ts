import { isReconciled, renderReconcile, runReconcile } from '@flashreserve/audit';
import { readEnvironment } from './environment/read-environment';
import { type CommandLine, readOptions } from './options';
import { reportFailure, TaskError, type TaskInput } from './task';
import { withDatabase } from './with-database';

const RECONCILE = {
  command: 'npm run reconcile',
  about: `After a restore from backups: says where the databases of catalog and reservation contradict each other, and exits 1 when something
is left to do. docs/runbook.md says when and how. Uses the database of MONGO_URI, or that of the stopped npm start.`,
  options: { apply: { kind: 'flag', help: 'repair what is found; the stack must not run' } },
} as const satisfies CommandLine;

/**
 * Says what a restore has torn apart, or repairs it; exits 1 when something is left to do. Never repairs under a
 * stack that it sees running.
 */
export const main = async ({ root, args }: TaskInput): Promise<void> => {
  try {
    const { apply } = readOptions(RECONCILE, args);
    const environment = readEnvironment(root, process.env);
    const report = await withDatabase(root, environment, ({ mongoUri, stackRuns }) => {
      if (apply && stackRuns)
        throw new TaskError('Stop `npm start` first: nothing may be sold now.');
      const dbPrefix = environment.MONGO_DB_PREFIX;
      return runReconcile({ mongoUri, dbPrefix, apply });
    });
    process.stdout.write(`${renderReconcile(report)}\n`);
    process.exitCode = isReconciled(report) ? 0 : 1;
  } catch (error) {
    reportFailure(error);
  }
};
