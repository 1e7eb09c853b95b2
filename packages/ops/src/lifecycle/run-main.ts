import cluster, { type Worker } from 'node:cluster';
import type { z } from 'zod';
import { loadConfigAndFiles } from '../config/load-config';
import { describeMisspelt, findMisspelt } from '../config/misspelt';
import { ConfigError } from '../config/problems';
import { createLogger, type Logger } from '../logging/logger';
import type { MetricsSettings } from '../metrics/serve-metrics';
import { type ProcessCount, toNumber } from '../processes/process-count';
import { joinGroup, type WorkerGroup } from '../processes/process-group';
import { startWorkers, WorkersFailed } from '../processes/start-workers';
import { explainStartFailure } from './explain-start-failure';
import { createLifecycle, type Stoppable } from './lifecycle';

interface LogConfig {
  readonly LOG_LEVEL: string;
  readonly LOG_FORMAT: 'json' | 'text';
  readonly OTEL_EXPORTER_OTLP_ENDPOINT?: string | undefined;
  readonly DRAIN_WAIT_MS?: number;
}

type ConfigSchema = z.ZodType<LogConfig> & { readonly shape: object };

export interface MainOptions<Schema extends ConfigSchema> {
  readonly component: string;
  readonly schema: Schema;
  readonly process: NodeJS.Process;
  readonly start: (
    config: Readonly<z.output<Schema>>,
    log: Logger,
    workerGroup: WorkerGroup | undefined,
  ) => Promise<Stoppable>;
  /**
   * The number of processes that share the component's port; 1 by default. With more, this process
   * only starts the others, as workers that run the same program, and serves their metrics.
   */
  readonly processes?: (config: Readonly<z.output<Schema>>) => {
    readonly count: ProcessCount;
    readonly metrics: MetricsSettings;
  };
  /** Overrides `STOP_TIMEOUT_MS`. */
  readonly stopTimeoutMs?: number;
}

/** The process exits at most this long after its `DRAIN_WAIT_MS`; supervisors must allow more. */
export const STOP_TIMEOUT_MS = 20_000;

/** Left for the primary process after its workers have been killed. */
const STOP_MARGIN_MS = 4_000;

/** Starts the component in this process, or the workers in which it runs. */
const startProcesses = async <Schema extends ConfigSchema>(options: {
  readonly main: MainOptions<Schema>;
  readonly config: Readonly<z.output<Schema>>;
  readonly log: Logger;
  readonly count: number;
  /** Set in a worker. */
  readonly worker: Worker | undefined;
  readonly stopMs: number;
  readonly onGivenUp: () => void;
}): Promise<Stoppable> => {
  const { main, config, log, count, worker, stopMs, onGivenUp } = options;
  const metrics = main.processes?.(config).metrics;
  if (metrics === undefined || count === 1) return main.start(config, log, undefined);
  if (worker !== undefined) {
    const workerGroup = joinGroup(main.process, count);
    const app = await main.start(config, log, workerGroup);
    workerGroup.reportReady();
    return app;
  }
  // JSON has no NaN, which metrics may be.
  cluster.setupPrimary({ serialization: 'advanced' });
  return startWorkers({
    component: main.component,
    count,
    config: metrics,
    log,
    lifecycle: createLifecycle({ log }),
    fork: () => cluster.fork(),
    stopMs: stopMs - STOP_MARGIN_MS,
    onGivenUp,
  });
};

/**
 * Runs a component as a process, or as several that share its port: reads the configuration
 * (reports all problems at once, and warns about variables that look misspelt), starts, and stops
 * in order on SIGTERM, SIGINT, or when the parent that started it over IPC has exited. Exit codes:
 * 0 for a requested stop, 1 if it could not start or had to be aborted. An unhandled error ends the
 * process, because its state is unknown.
 */
export const runMain = <Schema extends ConfigSchema>(options: MainOptions<Schema>): void => {
  const { process, component, stopTimeoutMs = STOP_TIMEOUT_MS } = options;

  let config: Readonly<z.output<Schema>>;
  try {
    config = loadConfigAndFiles(options.schema, process.env);
  } catch (error) {
    process.stderr.write(
      `${component}: ${error instanceof ConfigError ? error.message : String(error)}\n`,
    );
    process.exitCode = 1;
    return;
  }

  const count = toNumber(options.processes?.(config).count ?? 1);
  const worker = count > 1 ? cluster.worker : undefined;
  const log = createLogger({
    component,
    level: config.LOG_LEVEL,
    format: config.LOG_FORMAT,
    traced: config.OTEL_EXPORTER_OTLP_ENDPOINT !== undefined,
    worker: worker?.id,
  });
  const known = Object.keys(options.schema.shape);
  // The primary process has already reported them for its workers.
  for (const misspelt of worker ? [] : findMisspelt(Object.keys(process.env), known)) {
    log.warn(describeMisspelt(misspelt));
  }
  const stopMs = stopTimeoutMs + (config.DRAIN_WAIT_MS ?? 0);
  let exiting = false;
  const exit = (code: number, app: Stoppable | undefined): void => {
    if (exiting) return;
    exiting = true;
    setTimeout(() => {
      log.error('The shutdown timed out; exiting.');
      process.exit(1);
    }, stopMs).unref();
    void (app?.stop() ?? Promise.resolve()).then(
      () => {
        process.exit(code);
      },
      (error: unknown) => {
        log.error({ err: error }, 'The shutdown failed.');
        process.exit(1);
      },
    );
  };

  let app: Stoppable | undefined;
  const stopOn = (event: 'SIGTERM' | 'SIGINT' | 'disconnect'): void => {
    process.on(event, () => {
      log.info({ event }, 'Stopping.');
      exit(0, app);
    });
  };
  stopOn('SIGTERM');
  stopOn('SIGINT');
  stopOn('disconnect');
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error: unknown) => {
      log.fatal({ err: error, event }, 'Unhandled error; stopping.');
      exit(1, app);
    });
  }

  const onGivenUp = (): void => {
    exit(1, app);
  };
  startProcesses({ main: options, config, log, count, worker, stopMs, onGivenUp }).then(
    (started) => {
      app = started;
      if (exiting) started.stop().catch(() => undefined);
    },
    (error: unknown) => {
      const why =
        error instanceof WorkersFailed ? error.message : explainStartFailure(error, config);
      if (why === undefined) log.fatal({ err: error }, 'Could not start.');
      else log.fatal(`Could not start. ${why}`);
      exit(1, undefined);
    },
  );
};
