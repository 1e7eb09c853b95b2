import { isClean, renderReport, runAudit } from '@flashreserve/audit';
import { readEnvironment, retentionOf } from './environment/read-environment';
import { type CommandLine, readOptions } from './options';
import { reportFailure, say, type TaskInput } from './task';
import { withDatabase } from './with-database';

/** The worker releases an expired hold within one sweep interval plus this margin. */
const SETTLE_MARGIN_MS = 5_000;

const AUDIT = {
  command: 'npm run audit',
  about: `Recomputes the stock of every product from its adjustments, sales and holds, compares each hold with its reservation, and exits 1 on
any difference, 2 when it cannot compare. Changes nothing. Reads the database of MONGO_URI, of the running npm start, or of the stopped one in .data.`,
  options: {},
} as const satisfies CommandLine;

/** Not 1: a store that does not answer is not a difference. */
const EXIT_UNKNOWN = 2;

/** Prints the audit report; exits 1 on any difference and 2 when it cannot compare. */
export const main = async ({ root, args }: TaskInput): Promise<void> => {
  try {
    readOptions(AUDIT, args);
    const environment = readEnvironment(root, process.env);
    const sweepSeconds = environment.SWEEP_INTERVAL_SECONDS;
    const report = await withDatabase(root, environment, ({ mongoUri, live }) =>
      runAudit({
        mongoUri,
        dbPrefix: environment.MONGO_DB_PREFIX,
        retention: retentionOf(environment),
        overdueGraceMs: live ? sweepSeconds * 1000 + SETTLE_MARGIN_MS : Number.POSITIVE_INFINITY,
      }),
    );
    say(renderReport(report));
    process.exitCode = isClean(report) ? 0 : 1;
  } catch (error) {
    reportFailure(error, EXIT_UNKNOWN);
  }
};
