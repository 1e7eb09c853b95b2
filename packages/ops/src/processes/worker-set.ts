import { endsWithin } from '../deadline/limits';
import type { Logger } from '../logging/logger';
import type { FromWorker } from './messages';
import { createRestartPolicy } from './restart-policy';
import { type Ending, type RunningWorker, type WorkerProcess, watchWorker } from './worker-process';

/** The workers of a component. */
export interface WorkerSet {
  readonly all: () => readonly RunningWorker[];
  readonly launch: () => void;
  /** Stops all and replaces none. Resolves to whether all of them ended in order. */
  readonly stop: (limitMs: number) => Promise<boolean>;
}

export interface WorkerSetOptions {
  readonly fork: () => WorkerProcess;
  readonly log: Logger;
  readonly onMessage: (worker: RunningWorker, message: FromWorker) => void;
  /** Called for every worker that exits. False: it is not replaced. */
  readonly onExit: (worker: RunningWorker, ending: Ending) => boolean;
  /** Called when workers keep exiting and are not replaced any more. */
  readonly onGivenUp: () => void;
}

/** Time for the system to end processes after SIGKILL. */
const KILL_MS = 1_000;

/** Starts workers, replaces those that exit, and stops them. */
export const createWorkerSet = (options: WorkerSetOptions): WorkerSet => {
  const { fork, log, onMessage, onExit, onGivenUp } = options;
  const workers = new Map<number, RunningWorker>();
  const restarts = createRestartPolicy();
  const timers = new Set<NodeJS.Timeout>();
  let stopping = false;
  let isUnclean = false;
  let onAllGone = (): void => undefined;

  const replace = (worker: RunningWorker, { outcome }: Ending): void => {
    const delayMs = restarts.onExit(worker.ranMs());
    if (delayMs === undefined) {
      isUnclean = true;
      log.fatal({ worker: worker.id, outcome }, 'Workers keep exiting; stopping.');
      onGivenUp();
      return;
    }
    log.error({ worker: worker.id, outcome, delayMs }, 'A worker exited; it is replaced.');
    const timer = setTimeout(() => {
      timers.delete(timer);
      launch();
    }, delayMs);
    timers.add(timer);
  };
  const launch = (): void => {
    const worker = watchWorker(fork(), {
      message: (message) => {
        onMessage(worker, message);
      },
      unreachable: (error) => {
        log.warn({ err: error, worker: worker.id }, 'A worker cannot be reached.');
      },
      exit: (ending) => {
        workers.delete(worker.id);
        if (onExit(worker, ending) && !stopping) replace(worker, ending);
        if (stopping && !ending.isClean) isUnclean = true;
        if (workers.size === 0) onAllGone();
      },
    });
    workers.set(worker.id, worker);
  };
  const killAll = (signal: 'SIGTERM' | 'SIGKILL'): void => {
    for (const worker of workers.values()) worker.kill(signal);
  };

  return {
    all: () => [...workers.values()],
    launch,
    stop: async (limitMs) => {
      stopping = true;
      for (const timer of timers) clearTimeout(timer);
      const allGone = new Promise<void>((resolve) => {
        onAllGone = resolve;
        if (workers.size === 0) resolve();
      });
      killAll('SIGTERM');
      if (await endsWithin(limitMs, allGone)) return !isUnclean;
      log.error({ workers: [...workers.keys()] }, 'Workers did not stop in time; killing them.');
      killAll('SIGKILL');
      await endsWithin(KILL_MS, allGone);
      return false;
    },
  };
};
