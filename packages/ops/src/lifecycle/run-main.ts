import type { z } from 'zod';
import { loadConfigAndFiles } from '../config/load-config';
import { describeMisspelt, findMisspelt } from '../config/misspelt';
import { ConfigError } from '../config/problems';
import { createLogger, type Logger } from '../logging/logger';
import { explainStartFailure } from './explain-start-failure';
import type { Stoppable } from './lifecycle';

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
  readonly start: (config: Readonly<z.output<Schema>>, log: Logger) => Promise<Stoppable>;
  /** Overrides `STOP_TIMEOUT_MS`. */
  readonly stopTimeoutMs?: number;
}

/** The process exits at most this long after its `DRAIN_WAIT_MS`; supervisors must allow more. */
export const STOP_TIMEOUT_MS = 20_000;

/**
 * Runs a component as a process: reads the configuration (reports all problems at once, and warns
 * about variables that look misspelt), starts, and stops in order on SIGTERM, SIGINT, or when the
 * parent that started it over IPC has exited. Exit codes: 0 for a requested stop, 1 if it could not
 * start or had to be aborted. An unhandled error ends the process, because its state is unknown.
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

  const log = createLogger({
    component,
    level: config.LOG_LEVEL,
    format: config.LOG_FORMAT,
    traced: config.OTEL_EXPORTER_OTLP_ENDPOINT !== undefined,
  });
  const known = Object.keys(options.schema.shape);
  for (const misspelt of findMisspelt(Object.keys(process.env), known)) {
    log.warn(describeMisspelt(misspelt));
  }
  let exiting = false;
  const exit = (code: number, app: Stoppable | undefined): void => {
    if (exiting) return;
    exiting = true;
    setTimeout(
      () => {
        log.error('The shutdown timed out; exiting.');
        process.exit(1);
      },
      stopTimeoutMs + (config.DRAIN_WAIT_MS ?? 0),
    ).unref();
    void (app?.stop() ?? Promise.resolve()).then(() => {
      process.exit(code);
    });
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

  options.start(config, log).then(
    (started) => {
      app = started;
      if (exiting) void started.stop();
    },
    (error: unknown) => {
      const why = explainStartFailure(error, config);
      if (why === undefined) log.fatal({ err: error }, 'Could not start.');
      else log.fatal(`Could not start. ${why}`);
      exit(1, undefined);
    },
  );
};
