import { type AuditReport, isClean, renderReport, runAudit } from '@flashreserve/audit';
import { readDemoOptions } from './demo/options';
import { runDemo } from './demo/run-demo';
import { createTerminal } from './demo/terminal';
import { readEnvironment, type TaskEnvironment } from './environment/read-environment';
import { findRunningStack } from './running-stack';
import { findShop } from './shop/find-shop';
import { whenAskedToStop } from './start/when-asked-to-stop';
import { reportFailure, TaskError, type TaskInput } from './task';
import { withDatabase } from './with-database';

/** The worker releases an expired hold within one sweep interval plus this margin. */
const SETTLE_MARGIN_MS = 5_000;

const ensureDatabase = (root: string, environment: TaskEnvironment): void => {
  if (environment.MONGO_URI || findRunningStack(root) !== undefined) return;
  throw new TaskError(
    'The audit at the end reads the database: set MONGO_URI (and MONGO_DB_PREFIX) to that of the stack.',
  );
};

/** The last line of a clean report is enough; any other report is shown in full. */
const renderVerdict = (report: AuditReport): string => {
  const text = renderReport(report);
  return isClean(report) ? (text.split('\n').at(-1) ?? text) : text;
};

/** Runs a flash sale with simulated buyers; exits 1 when the audit finds a difference. */
export const main = async ({ root, args }: TaskInput): Promise<void> => {
  const asked = whenAskedToStop(process);
  try {
    const options = readDemoOptions(args);
    const environment = readEnvironment(root, process.env);
    const shop = await findShop(root, process.env, options.url);
    ensureDatabase(root, environment);
    const graceMs = environment.SWEEP_INTERVAL_SECONDS * 1_000 + SETTLE_MARGIN_MS;
    const terminal = createTerminal(process.stdout);
    const { asTold } = await runDemo({ shop, options, terminal, signal: asked, graceMs });
    const dbPrefix = environment.MONGO_DB_PREFIX;
    const report = await withDatabase(root, environment, ({ mongoUri }) =>
      runAudit({ mongoUri, dbPrefix, overdueGraceMs: graceMs }),
    );
    terminal.say(`Audit: ${renderVerdict(report)}`);
    process.exitCode = isClean(report) && asTold ? 0 : 1;
  } catch (error) {
    reportFailure(error);
  }
};
