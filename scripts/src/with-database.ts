import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type LocalStores, LocalStoresError, startLocalStores } from '@flashreserve/local-stores';
import { findRunningStack } from './running-stack';
import { TaskError } from './task';

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

interface Target {
  readonly mongoUri: string;
  /** False when no worker runs that could have given expired holds back. */
  readonly live: boolean;
  /** True when `npm start` runs on it. */
  readonly stackRuns: boolean;
}

const startStores = async (dataDir: string): Promise<LocalStores> => {
  try {
    return await startLocalStores({ dataDir, env: process.env, log: say });
  } catch (error) {
    throw error instanceof LocalStoresError ? new TaskError(error.message) : error;
  }
};

/**
 * Uses the given or the running stack's database; without either, starts the local one just for the work.
 *
 * @throws TaskError when there is none
 */
export const withDatabase = async <Result>(
  root: string,
  work: (target: Target) => Promise<Result>,
): Promise<Result> => {
  const given = process.env['MONGO_URI'];
  if (given !== undefined && given !== '')
    return work({ mongoUri: given, live: true, stackRuns: false });
  const stack = findRunningStack(root);
  if (stack !== undefined) return work({ mongoUri: stack.mongoUri, live: true, stackRuns: true });
  if (!existsSync(join(root, '.data'))) {
    throw new TaskError('There is no database yet: run `npm start` first, or set MONGO_URI.');
  }
  const stores = await startStores(join(root, '.data'));
  try {
    return await work({ mongoUri: stores.mongoUri, live: false, stackRuns: false });
  } finally {
    await stores.stop();
  }
};
