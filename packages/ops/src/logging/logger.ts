import { context, trace } from '@opentelemetry/api';
import { type Logger as PinoLogger, pino } from 'pino';
import pretty from 'pino-pretty';
import { serializeError } from './serialize-error';

export { createFailureLog, type Failure, type FailureLogger, type LogFailure } from './failure-log';

export type Logger = PinoLogger;

export interface LoggerOptions {
  readonly component: string;
  readonly level: string;
  readonly format: 'json' | 'text';
  /** Adds the trace ids to each line. */
  readonly traced?: boolean;
  /** Id of this process among the workers of its component. */
  readonly worker?: number | undefined;
  /** Replaces standard output; JSON only. */
  readonly destination?: { readonly write: (line: string) => void };
}

/** Paths whose values must never be logged, wherever an object with them is logged. */
const REDACTED_PATHS = [
  'password',
  'accessToken',
  'refreshToken',
  'authorization',
  'clientSecret',
].flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);

/**
 * The trace and span of a log line. Also set for unsampled traces, whose id still connects the
 * lines of all components.
 */
const traceLogFields = (): { trace_id?: string; span_id?: string } => {
  const span = trace.getSpanContext(context.active());
  return span === undefined ? {} : { trace_id: span.traceId, span_id: span.spanId };
};

/** The logger of a component: one JSON object per line, or readable text, on standard output. */
export const createLogger = (options: LoggerOptions): Logger => {
  const { component, level, format, traced = false, worker, destination } = options;
  const pinoOptions = {
    level,
    base: worker === undefined ? { component } : { component, worker },
    serializers: { err: serializeError },
    redact: { paths: REDACTED_PATHS, censor: '[redacted]' },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    ...(traced && { mixin: traceLogFields }),
  };
  if (format === 'json') return destination ? pino(pinoOptions, destination) : pino(pinoOptions);
  return pino(
    pinoOptions,
    pretty({
      colorize: false,
      sync: true,
      translateTime: 'SYS:HH:MM:ss.l',
      ignore: 'component,pid,hostname',
      singleLine: true,
    }),
  );
};

/** A logger without output, for tests. */
export const createSilentLogger = (): Logger => pino({ level: 'silent' });
