import type { Environment } from '../processes/environment';

/** What {@link startLocalStores} needs to know. */
export interface LocalStoresOptions {
  /**
   * Folder in which data survives a stop and the next start. Without it the data lives in a temporary
   * folder, is not flushed to disk on every commit, and is removed at stop.
   */
  readonly dataDir?: string;
  /** Read: `MONGO_URI`, `REDIS_URL`, `FLASHRESERVE_STORE_FAULTS`, `PATH`, `XDG_CACHE_HOME`, `HOME`. */
  readonly env: Environment;
  /** Receives progress in plain sentences, one a call. */
  readonly log: (line: string) => void;
  /** Ends a start that is under way: what it has started is stopped, and what it was making is left off. */
  readonly signal?: AbortSignal | undefined;
}
