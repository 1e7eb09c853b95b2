import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isClean, renderReport, runAudit } from '@flashreserve/audit';
import { LocalStoresError, startLocalStores } from '@flashreserve/local-stores';
import { z } from 'zod';
import { reportFailure, TaskError, type TaskInput } from './task';

const running = z.object({ mongoUri: z.string(), pid: z.int() });

/** The worker needs up to one sweep interval, and a little, to give an expired hold back. */
const SETTLE_MARGIN_MS = 5_000;
const SWEEP_INTERVAL_DEFAULT_SECONDS = 30;

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

interface Target {
  readonly mongoUri: string;
  /** False when no worker runs that could have given expired holds back. */
  readonly live: boolean;
}

/** What `npm start` left about itself; a file whose process is gone was left by a crash. */
const findRunningStack = (root: string): { readonly mongoUri: string } | undefined => {
  const file = join(root, '.data/running.json');
  if (!existsSync(file)) return undefined;
  const { mongoUri, pid } = running.parse(JSON.parse(readFileSync(file, 'utf8')));
  return isAlive(pid) ? { mongoUri } : undefined;
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** Uses the given or the running stack's database; without either, starts the local one just for the audit. */
const withDatabase = async <Result>(
  root: string,
  work: (target: Target) => Promise<Result>,
): Promise<Result> => {
  const given = process.env['MONGO_URI'];
  if (given !== undefined && given !== '') return work({ mongoUri: given, live: true });
  const stack = findRunningStack(root);
  if (stack !== undefined) return work({ mongoUri: stack.mongoUri, live: true });
  if (!existsSync(join(root, '.data'))) {
    throw new TaskError('There is nothing to audit yet: run `npm start` first, or set MONGO_URI.');
  }
  const stores = await startLocalStores({
    dataDir: join(root, '.data'),
    env: process.env,
    log: say,
  });
  try {
    return await work({ mongoUri: stores.mongoUri, live: false });
  } finally {
    await stores.stop();
  }
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
    reportFailure(error instanceof LocalStoresError ? new TaskError(error.message) : error);
  }
};
