import type { Worker } from 'node:cluster';
import type { FromWorker, ToWorker } from './messages';

/** The part of a `cluster.Worker` that is used here. */
export type WorkerProcess = Pick<Worker, 'id' | 'on' | 'send' | 'process'>;

/** How a worker has ended. */
export interface Ending {
  /** For people: the exit code or the signal. */
  readonly outcome: string;
  readonly isClean: boolean;
}

/** A running worker, seen from the process that started it. */
export interface RunningWorker {
  readonly id: number;
  /** Whether it takes requests. */
  readonly isReady: () => boolean;
  readonly ranMs: () => number;
  /** Never fails: a worker that is exiting cannot be told anything any more. */
  readonly send: (message: ToWorker) => void;
  readonly kill: (signal: 'SIGTERM' | 'SIGKILL') => void;
  /** Expects an answer from now on; returns how many are missing in a row, with this one. */
  readonly expectAnswer: () => number;
}

export const watchWorker = (
  process: WorkerProcess,
  on: {
    readonly message: (message: FromWorker) => void;
    readonly unreachable: (error: Error) => void;
    readonly exit: (ending: Ending) => void;
  },
): RunningWorker => {
  const startedAt = performance.now();
  let isReady = false;
  let missing = 0;
  process.on('message', (message: FromWorker) => {
    if (message.kind === 'ready') isReady = true;
    if (message.kind === 'report') missing = 0;
    on.message(message);
  });
  process.on('error', on.unreachable);
  process.on('exit', (code, signal) => {
    const outcome = signal ? `signal ${signal}` : `exit code ${code}`;
    // Before it is ready it may not handle signals yet.
    on.exit({ outcome, isClean: code === 0 || !isReady });
  });
  return {
    id: process.id,
    isReady: () => isReady,
    ranMs: () => performance.now() - startedAt,
    send: (message) => {
      process.send(message, undefined, undefined, () => undefined);
    },
    kill: (signal) => {
      process.process.kill(signal);
    },
    expectAnswer: () => {
      missing += 1;
      return missing;
    },
  };
};
