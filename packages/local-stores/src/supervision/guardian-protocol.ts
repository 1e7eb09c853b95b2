/** One long-running program that the guardian starts, watches and ends. */
export interface ServiceSpec {
  /** Unique inside one guardian. */
  readonly name: string;
  readonly command: string;
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Current folder. A store's program works in its data folder: so it is found after a crash. */
  readonly folder: string;
  /** Receives standard output and error, appended. */
  readonly logFile: string;
  /** Asks the program to stop in an orderly way. */
  readonly stopSignal: 'SIGTERM' | 'SIGINT';
  /** After this long without an end, the program is killed. */
  readonly stopDeadlineMs: number;
}

/** What the owner asks of the guardian. Every request is answered once, with its id. */
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

/** The guardian's answer. `pid` is the process of the service, where there is one. */
export type GuardianReply =
  | { readonly id: number; readonly ok: true; readonly pid?: number }
  | { readonly id: number; readonly ok: false; readonly message: string };

/** A request without the id that the client adds; distributes over the union. */
export type GuardianOrder = GuardianRequest extends infer Request
  ? Request extends GuardianRequest
    ? Omit<Request, 'id'>
    : never
  : never;
