import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ensureMongoAnswers } from './environment/given-stores';
import type { TaskEnvironment } from './environment/read-environment';
import { findRunningStack } from './running-stack';
import { startStores } from './start/stores';
import { TaskError } from './task';

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** A server that does not answer within this time is not there. */
const GIVEN_TIMEOUT_MS = 5_000;

interface Target {
  readonly mongoUri: string;
  /** False when no worker runs that could have given expired holds back. */
  readonly live: boolean;
  /** True when `npm start` runs on it. */
  readonly stackRuns: boolean;
}

/**
 * Uses the given or the running stack's database; without either, starts the local one just for the work.
 *
 * @throws TaskError when there is none
 */
export const withDatabase = async <Result>(
  root: string,
  environment: Pick<TaskEnvironment, 'MONGO_URI'>,
  work: (target: Target) => Promise<Result>,
): Promise<Result> => {
  const given = environment.MONGO_URI;
  if (given !== undefined) {
    await ensureMongoAnswers(given, { timeoutMs: GIVEN_TIMEOUT_MS, say });
    return work({ mongoUri: given, live: true, stackRuns: false });
  }
  const stack = findRunningStack(root);
  if (stack !== undefined) return work({ mongoUri: stack.mongoUri, live: true, stackRuns: true });
  if (!existsSync(join(root, '.data'))) {
    throw new TaskError('There is no database yet: run `npm start` first, or set MONGO_URI.');
  }
  const stores = await startStores({ dataDir: join(root, '.data'), env: process.env, say });
  try {
    return await work({ mongoUri: stores.mongoUri, live: false, stackRuns: false });
  } finally {
    await stores.stop();
  }
};
