import type { Environment } from '../processes/environment';

/** Options of `startLocalStores`. */
export interface LocalStoresOptions {
  /**
   * Folder for data that survives a restart. Without it, data lives in a temporary folder, is not
   * flushed to disk, and is deleted at stop.
   */
  readonly dataDir?: string;
  /**
   * Variables that are read: `MONGO_URI`, `REDIS_URL`, `FLASHRESERVE_STORE_FAULTS`, `PATH`,
   * `XDG_CACHE_HOME`, `HOME`, and those of proxies.
   */
  readonly env: Environment;
  /** Called with progress messages, one sentence each. */
  readonly log: (line: string) => void;
  /** Cancels a start in progress, and stops what it has started so far. */
  readonly signal?: AbortSignal | undefined;
}
