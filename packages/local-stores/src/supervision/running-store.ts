/** A store that runs under a guardian. */
export interface RunningStore {
  /** Stays the same over stops, kills and starts. */
  readonly uri: string;
  /** The same data without the faults that the store makes on purpose; left out when it makes none. */
  readonly uriWithoutFaults?: string;
  /** What it is, for people. */
  readonly description: string;
  /** Names of the guardian's services that make up the store, in the order in which they start. */
  readonly services: readonly string[];
  /** Starts what is not running, on the same port and data, and waits until it answers. */
  start(): Promise<void>;
}
