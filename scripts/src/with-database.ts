import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ensureMongoAnswers } from './environment/given-stores';
import type { TaskEnvironment } from './environment/read-environment';
import { findRunningStack } from './running-stack';
import { startStores } from './start/stores';
import { say, TaskError } from './task';

/** A server that does not answer within this time counts as down. */
const GIVEN_TIMEOUT_MS = 5_000;

interface Target {
  readonly mongoUri: string;
  /** False when no worker is running that would release expired holds. */
  readonly live: boolean;
  /** True when `npm start` is running on it. */
  readonly stackRuns: boolean;
}

/**
 * Uses the given database or that of the running stack; without either, starts the local one for
 * the duration of the work.
 *
 * @throws TaskError when there is no database
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
