import { type Answer, retryAfterOf } from './answer';

/** How requests that may be repeated are repeated. */
export interface RetryOptions {
  /** How often a request is sent at most. */
  readonly attemptsMax: number;
  /** Milliseconds after which one attempt is given up, when another may follow. */
  readonly attemptTimeoutMs: number;
  /** Longest wait before the second attempt, in milliseconds; it doubles with each further one. */
  readonly baseDelayMs: number;
  /** Limit of that doubling. */
  readonly maxDelayMs: number;
}

/** The gateway gives up after 10 seconds itself. */
export const RETRY_DEFAULTS: RetryOptions = {
  attemptsMax: 4,
  attemptTimeoutMs: 12_000,
  baseDelayMs: 200,
  maxDelayMs: 5_000,
};

/**
 * Too many requests; a proxy that reached no gateway (502); not available; a gateway that heard nothing from the service
 * behind it, which is a lost reply one hop further inside (504).
 */
const PASSING: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** Full jitter: anything from nothing to the limit, so that clients that failed together do not come back together. */
export const backoffMs = (
  attempt: number,
  { baseDelayMs, maxDelayMs }: Pick<RetryOptions, 'baseDelayMs' | 'maxDelayMs'>,
  random: () => number,
): number => random() * Math.min(maxDelayMs, baseDelayMs * 2 ** (attempt - 1));

/** Milliseconds to wait after this answer before the next attempt; undefined when the answer is final. */
export const waitAfterAnswer = (
  answer: Answer,
  backoff: number,
  now: () => number,
): number | undefined => {
  if (!PASSING.has(answer.status)) return undefined;
  return (retryAfterOf(answer, now) ?? 0) * 1_000 + backoff;
};
