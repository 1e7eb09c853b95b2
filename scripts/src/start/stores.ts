import { type LocalStores, LocalStoresError, startLocalStores } from '@flashreserve/local-stores';
import { TaskError } from '../task';

/**
 * Starts the stores that are not given by address; aborting the signal ends the start.
 *
 * @throws TaskError that lists all ways to get a store
 */
export const startStores = async (options: {
  readonly dataDir: string;
  readonly env: NodeJS.ProcessEnv;
  readonly say: (line: string) => void;
  readonly signal?: AbortSignal;
}): Promise<LocalStores> => {
  const { dataDir, env, say, signal } = options;
  try {
    return await startLocalStores({ dataDir, env, log: say, signal });
  } catch (error) {
    throw error instanceof LocalStoresError ? new TaskError(error.message) : error;
  }
};
