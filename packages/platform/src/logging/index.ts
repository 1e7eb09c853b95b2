import { type Logger as PinoLogger, pino } from 'pino';
import pretty from 'pino-pretty';
import { serializeError } from './serialize-error';

export type Logger = PinoLogger;

export interface LoggerOptions {
  readonly component: string;
  readonly level: string;
  readonly format: 'json' | 'text';
}

/** Paths whose values must never reach a log, wherever an object carrying them is logged. */
const REDACTED_PATHS = [
  'password',
  'accessToken',
  'refreshToken',
  'authorization',
  'clientSecret',
].flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);

/** The one logger of a component: one JSON object to a line, or readable text, on standard output. */
export const createLogger = ({ component, level, format }: LoggerOptions): Logger => {
  const options = {
    level,
    base: { component },
    serializers: { err: serializeError },
    redact: { paths: REDACTED_PATHS, censor: '[redacted]' },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  if (format === 'json') return pino(options);
  return pino(
    options,
    pretty({
      colorize: false,
      sync: true,
      translateTime: 'SYS:HH:MM:ss.l',
      ignore: 'component,pid,hostname',
      singleLine: true,
    }),
  );
};

/** A logger that says nothing, for tests. */
export const createSilentLogger = (): Logger => pino({ level: 'silent' });
