import { isReconciled, renderReconcile, runReconcile } from '@flashreserve/audit';
import { readEnvironment, retentionOf } from './environment/read-environment';
import { type CommandLine, readOptions } from './options';
import { reportFailure, TaskError, type TaskInput } from './task';
import { withDatabase } from './with-database';

const RECONCILE = {
  command: 'npm run reconcile',
  about: `After a restore from backups: reports where the databases of catalog and reservation contradict each other, and exits 1 if anything
is left to repair. See docs/runbook.md. Uses the database of MONGO_URI, or that of the stopped npm start.`,
  options: { apply: { kind: 'flag', help: 'apply the repairs; the stack must be stopped' } },
} as const satisfies CommandLine;

/**
 * Reports the contradictions after a restore, or repairs them; exits 1 if anything is left to do.
 * Refuses to repair while it detects a running stack.
 */
export const main = async ({ root, args }: TaskInput): Promise<void> => {
  try {
    const { apply } = readOptions(RECONCILE, args);
    const environment = readEnvironment(root, process.env);
    const report = await withDatabase(root, environment, ({ mongoUri, stackRuns }) => {
      if (apply && stackRuns)
        throw new TaskError('Stop `npm start` first: nothing may be sold during a repair.');
      const dbPrefix = environment.MONGO_DB_PREFIX;
      return runReconcile({ mongoUri, dbPrefix, apply, retention: retentionOf(environment) });
    });
    process.stdout.write(`${renderReconcile(report)}\n`);
    process.exitCode = isReconciled(report) ? 0 : 1;
  } catch (error) {
    reportFailure(error);
  }
};
