import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isClean, renderReport, runAudit } from '@flashreserve/audit';
import { reportFailure, type TaskInput } from './task';
import { withDatabase } from './with-database';

/** The worker needs up to one sweep interval, and a little, to give an expired hold back. */
const SETTLE_MARGIN_MS = 5_000;
const SWEEP_INTERVAL_DEFAULT_SECONDS = 30;

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** Prints the audit and exits 1 on any difference. */
export const main = async ({ root }: TaskInput): Promise<void> => {
  try {
    if (existsSync(join(root, '.env'))) process.loadEnvFile(join(root, '.env'));
    const sweepSeconds = Number(
      process.env['SWEEP_INTERVAL_SECONDS'] || SWEEP_INTERVAL_DEFAULT_SECONDS,
    );
    const report = await withDatabase(root, ({ mongoUri, live }) =>
      runAudit({
        mongoUri,
        dbPrefix: process.env['MONGO_DB_PREFIX'] || 'flashreserve',
        overdueGraceMs: live ? sweepSeconds * 1000 + SETTLE_MARGIN_MS : Number.POSITIVE_INFINITY,
      }),
    );
    say(renderReport(report));
    process.exitCode = isClean(report) ? 0 : 1;
  } catch (error) {
    reportFailure(error);
  }
};
