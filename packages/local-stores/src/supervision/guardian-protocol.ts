/** A long-running program that the guardian starts, watches and stops. */
export interface ServiceSpec {
  /** Unique within a guardian. */
  readonly name: string;
  readonly command: string;
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /**
   * Working directory. For a store's program, its data folder: this is how it is found after a
   * crash.
   */
  readonly folder: string;
  /** Standard output and error are appended to it. */
  readonly logFile: string;
  /** Makes the program shut down cleanly. */
  readonly stopSignal: 'SIGTERM' | 'SIGINT';
  /** A program that has not exited after this long is killed. */
  readonly stopDeadlineMs: number;
}

/** A request of the owner. Every request gets one reply, with the same id. */
export type GuardianRequest =
  | { readonly id: number; readonly kind: 'lock'; readonly folder: string }
  | { readonly id: number; readonly kind: 'remove-at-end'; readonly folder: string }
  | { readonly id: number; readonly kind: 'start'; readonly service: ServiceSpec }
  | { readonly id: number; readonly kind: 'stop'; readonly name: string }
  | { readonly id: number; readonly kind: 'kill'; readonly name: string }
  | { readonly id: number; readonly kind: 'pause'; readonly name: string }
  | { readonly id: number; readonly kind: 'resume'; readonly name: string }
  | { readonly id: number; readonly kind: 'pid'; readonly name: string }
  | { readonly id: number; readonly kind: 'shutdown' };

/** The guardian's reply. `pid` is the process id of the service, if it has one. */
export type GuardianReply =
  | { readonly id: number; readonly ok: true; readonly pid?: number }
  | { readonly id: number; readonly ok: false; readonly message: string };

/** A request without its id, which the client adds. Distributes over the union. */
export type GuardianOrder = GuardianRequest extends infer Request
  ? Request extends GuardianRequest
    ? Omit<Request, 'id'>
    : never
  : never;
