import { type AuditReport, isClean, renderReport, runAudit } from '@flashreserve/audit';
import { readDemoOptions } from './demo/options';
import { runDemo } from './demo/run-demo';
import { createTerminal } from './demo/terminal';
import { loadDotEnv } from './load-dot-env';
import { findRunningStack } from './running-stack';
import { findShop } from './shop/find-shop';
import { whenAskedToStop } from './start/when-asked-to-stop';
import { reportFailure, TaskError, type TaskInput } from './task';
import { withDatabase } from './with-database';

/** The worker needs up to one sweep interval, and a little, to give an expired hold back. */
const SETTLE_MARGIN_MS = 5_000;
const SWEEP_INTERVAL_DEFAULT_SECONDS = 30;

const ensureDatabase = (root: string): void => {
  if (process.env['MONGO_URI'] || findRunningStack(root) !== undefined) return;
  throw new TaskError(
    'The audit at the end reads the database: set MONGO_URI (and MONGO_DB_PREFIX) to that of the stack.',
  );
};

/** All of a clean report is its last line; of any other, everything matters. */
const renderVerdict = (report: AuditReport): string => {
  const text = renderReport(report);
  return isClean(report) ? (text.split('\n').at(-1) ?? text) : text;
};

/** Holds a flash sale with simulated buyers; exits 1 when the audit finds a difference. */
export const main = async ({ root, args }: TaskInput): Promise<void> => {
  const asked = whenAskedToStop(process);
  try {
    loadDotEnv(root);
    const options = readDemoOptions(args);
    const shop = await findShop(root, process.env, options.url);
    ensureDatabase(root);
    const sweepSeconds = Number(
      process.env['SWEEP_INTERVAL_SECONDS'] || SWEEP_INTERVAL_DEFAULT_SECONDS,
    );
    const graceMs = sweepSeconds * 1_000 + SETTLE_MARGIN_MS;
    const terminal = createTerminal(process.stdout);
    const { asTold } = await runDemo({ shop, options, terminal, signal: asked, graceMs });
    const dbPrefix = process.env['MONGO_DB_PREFIX'] || 'flashreserve';
    const report = await withDatabase(root, ({ mongoUri }) =>
      runAudit({ mongoUri, dbPrefix, overdueGraceMs: graceMs }),
    );
    terminal.say(`Audit: ${renderVerdict(report)}`);
    process.exitCode = isClean(report) && asTold ? 0 : 1;
  } catch (error) {
    reportFailure(error);
  }
};
