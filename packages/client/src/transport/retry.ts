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

const TOO_MANY_REQUESTS = 429;
const UNAVAILABLE = 503;
/** The gateway heard nothing from the service behind it: a lost reply, one hop further inside. */
const GATEWAY_TIMEOUT = 504;

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
  if (answer.status === GATEWAY_TIMEOUT) return backoff;
  if (answer.status !== TOO_MANY_REQUESTS && answer.status !== UNAVAILABLE) return undefined;
  const seconds = retryAfterOf(answer, now);
  return seconds === undefined ? undefined : seconds * 1_000 + backoff;
};
