import type { Logger } from './logger';

/** The arguments of a failure log entry. */
export type FailureLogger = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;

export interface Failure {
  readonly log: FailureLogger;
  readonly level: 'warn' | 'error';
  /**
   * Failures with the same key are counted together. Must have few values: a reason, a method, the
   * name of an error.
   */
  readonly key: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: string;
}

/** Logs one failure, or counts it. */
export type LogFailure = (failure: Failure) => void;

/** Minimum interval between lines about an ongoing failure. */
const INTERVAL_MS = 60_000;
/** Maximum number of keys at a time; further ones are counted together. */
const KEYS_MAX = 32;
const OTHERS = 'others';

interface Series {
  /** The latest failure, as an example. */
  failure: Failure;
  /** Since the last line. */
  repeats: number;
  total: number;
}

/** Logs the count since the last line; false if it is 0. */
const sayRepeats = (series: Series): boolean => {
  const { failure, repeats, total } = series;
  const { log, level, fields, message } = failure;
  if (repeats > 0) {
    log[level]({ ...fields, repeats }, message);
    series.repeats = 0;
    return true;
  }
  if (total > 1) log.info({ failure: failure.key, total }, `Resolved: ${message}`);
  return false;
};

/**
 * Keeps logs readable during an outage: a kind of failure is logged when it begins, then once a
 * minute with its count (`repeats`), and once more after a minute without it. So an outage writes a
 * bounded number of lines, regardless of load. At level `debug` every failure is logged.
 */
export const createFailureLog = (options: { readonly intervalMs?: number } = {}): LogFailure => {
  const { intervalMs = INTERVAL_MS } = options;
  const open = new Map<string, Series>();
  let timer: NodeJS.Timeout | undefined;

  const look = (): void => {
    for (const [key, series] of open) {
      if (!sayRepeats(series)) open.delete(key);
    }
    if (open.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };

  return (failure) => {
    const key = open.has(failure.key) || open.size < KEYS_MAX ? failure.key : OTHERS;
    const series = open.get(key);
    if (series !== undefined) {
      series.failure = failure;
      series.repeats += 1;
      series.total += 1;
      failure.log.debug(failure.fields, failure.message);
      return;
    }
    open.set(key, { failure, repeats: 0, total: 1 });
    timer ??= setInterval(look, intervalMs).unref();
    failure.log[failure.level](failure.fields, failure.message);
  };
};
