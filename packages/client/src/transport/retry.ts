import { type Answer, retryAfterOf } from './answer';

/** Retry policy for requests that are safe to retry. */
export interface RetryOptions {
  /** Maximum number of attempts, including the first. */
  readonly attemptsMax: number;
  /** Time limit of an attempt that another can follow, in milliseconds. */
  readonly attemptTimeoutMs: number;
  /**
   * Maximum delay before the second attempt, in milliseconds; doubles with each further attempt.
   */
  readonly baseDelayMs: number;
  /** Upper limit of the doubled delay, in milliseconds. */
  readonly maxDelayMs: number;
}

/** The gateway itself gives up after 10 seconds. */
export const RETRY_DEFAULTS: RetryOptions = {
  attemptsMax: 4,
  attemptTimeoutMs: 12_000,
  baseDelayMs: 200,
  maxDelayMs: 5_000,
};

/**
 * Retryable statuses: rate limited (429), a proxy that could not reach a gateway (502), unavailable
 * (503), and a gateway without an answer from a service, which is a reply lost one hop further
 * (504).
 */
const PASSING: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/**
 * Full jitter: a random delay between 0 and the limit, so that clients that failed together do not
 * retry together.
 */
export const backoffMs = (
  attempt: number,
  { baseDelayMs, maxDelayMs }: Pick<RetryOptions, 'baseDelayMs' | 'maxDelayMs'>,
  random: () => number,
): number => random() * Math.min(maxDelayMs, baseDelayMs * 2 ** (attempt - 1));

/** Delay in milliseconds before the next attempt; undefined if the answer is final. */
export const waitAfterAnswer = (
  answer: Answer,
  backoff: number,
  now: () => number,
): number | undefined => {
  if (!PASSING.has(answer.status)) return undefined;
  return (retryAfterOf(answer, now) ?? 0) * 1_000 + backoff;
};
