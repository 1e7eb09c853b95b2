import type { Lifecycle, Stoppable } from '../lifecycle/lifecycle';
import type { Logger } from '../logging/logger';
import { type MetricsSettings, serveReports } from '../metrics/serve-metrics';
import { createComponentReports } from './component-reports';
import type { WorkerProcess } from './worker-process';
import { createWorkerSet } from './worker-set';

export interface WorkersOptions {
  readonly component: string;
  readonly count: number;
  readonly config: MetricsSettings;
  readonly log: Logger;
  readonly lifecycle: Lifecycle;
  readonly fork: () => WorkerProcess;
  /** Time for workers to stop; afterwards they are killed. */
  readonly stopMs: number;
  /** Called when workers keep exiting and are not replaced any more. */
  readonly onGivenUp: () => void;
}

/** The workers could not start or stop; the log of the worker says why. */
export class WorkersFailed extends Error {}

/** Workers are asked for an answer this often, and killed after so many missing ones. */
const ASK_EVERY_MS = 10_000;
const MISSING_MAX = 6;
/** Beyond the limit for the workers, to kill those that did not stop. */
const STOP_MARGIN_MS = 2_000;

/**
 * Starts the workers of a component, which share its port. The first one is started alone, so that
 * what prevents a start is reported once. A worker that exits is replaced, one whose event loop
 * hangs is killed. Resolves once one worker is ready.
 *
 * Also serves `/metrics`, `/healthz` and `/readyz` for all of them. The component is ready while
 * one of its workers is: connections only go to workers that listen.
 *
 * @throws WorkersFailed if the first worker exits before it is ready
 */
export const startWorkers = async (options: WorkersOptions): Promise<Stoppable> => {
  const { component, count, config, log, lifecycle, fork, stopMs, onGivenUp } = options;
  let hasStarted = false;
  let stopping = false;
  let endedInOrder = true;
  let onFirst = (_outcome: string | undefined): void => undefined;
  const first = new Promise<string | undefined>((resolve) => {
    onFirst = resolve;
  });
  const workers = createWorkerSet({
    fork,
    log,
    onGivenUp,
    onMessage: (worker, message) => {
      if (message.kind === 'report') reports.onReport(worker.id, message);
      if (message.kind === 'ready') onFirst(undefined);
      if (message.kind !== 'note') return;
      for (const other of workers.all()) if (other !== worker) other.send(message);
    },
    onExit: (worker, { outcome }) => {
      reports.onExit(worker.id);
      onFirst(outcome);
      return hasStarted;
    },
  });
  const readyWorkers = () => workers.all().filter(({ isReady }) => isReady());
  const reports = createComponentReports({
    component,
    workers: readyWorkers,
    isStopping: () => stopping,
  });
  const killHanging = (): void => {
    for (const worker of readyWorkers()) {
      if (worker.expectAnswer() <= MISSING_MAX) continue;
      log.error({ worker: worker.id }, 'A worker hangs; killing it.');
      worker.kill('SIGKILL');
    }
    reports.askAll();
  };

  await serveReports({ reports, config, lifecycle, log });
  const asking = setInterval(killHanging, ASK_EVERY_MS).unref();
  const stopWorkers = async (): Promise<void> => {
    stopping = true;
    clearInterval(asking);
    endedInOrder = await workers.stop(stopMs);
  };
  lifecycle.onStop('workers', stopWorkers, { timeoutMs: stopMs + STOP_MARGIN_MS });
  workers.launch();
  const outcome = await first;
  if (outcome !== undefined) {
    await lifecycle.stop();
    throw new WorkersFailed(`Its first worker ended (${outcome}); the log above says why.`);
  }
  hasStarted = true;
  if (!stopping) for (let started = 1; started < count; started += 1) workers.launch();
  log.info({ processes: count }, 'Started the workers.');
  return {
    stop: async () => {
      await lifecycle.stop();
      if (!endedInOrder) throw new WorkersFailed('A worker did not stop in order.');
    },
  };
};
