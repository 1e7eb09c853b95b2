/** A store that runs under a guardian. */
export interface RunningStore {
  /** Does not change when the store is restarted. */
  readonly uri: string;
  /** The same data without faults. Absent outside faults mode. */
  readonly uriWithoutFaults?: string;
  /** Human-readable name. */
  readonly description: string;
  /** Names of its services in the guardian, in start order. */
  readonly services: readonly string[];
  /** Starts what is not running, on the same port and data, and waits until the store answers. */
  start(): Promise<void>;
}
