import { InvalidOptionError } from '../errors';
import type { RetryOptions } from './retry';

/** Longer timers fire immediately, in browsers and in Node: 24.8 days. */
const TIMER_MAX_MS = 2 ** 31 - 1;
const ATTEMPTS_MAX = 100;

/** @throws InvalidOptionError */
export const checkDeadline = (deadlineMs: number): void => {
  if (deadlineMs > 0 && deadlineMs <= TIMER_MAX_MS) return;
  throw new InvalidOptionError(
    'deadlineMs',
    `must be more than 0 and at most ${TIMER_MAX_MS} milliseconds, not ${deadlineMs}`,
  );
};

/** @throws InvalidOptionError */
export const checkRetry = (retry: RetryOptions): void => {
  const { attemptsMax } = retry;
  if (!Number.isInteger(attemptsMax) || attemptsMax < 1 || attemptsMax > ATTEMPTS_MAX) {
    throw new InvalidOptionError(
      'retry.attemptsMax',
      `must be a whole number from 1 to ${ATTEMPTS_MAX}, not ${attemptsMax}`,
    );
  }
  for (const name of ['attemptTimeoutMs', 'baseDelayMs', 'maxDelayMs'] as const) {
    const value = retry[name];
    if (value >= 0 && value <= TIMER_MAX_MS) continue;
    throw new InvalidOptionError(
      `retry.${name}`,
      `must be from 0 to ${TIMER_MAX_MS} milliseconds, not ${value}`,
    );
  }
};

const KEY = /^[!-~]{1,255}$/;

/** @throws InvalidOptionError */
export const checkIdempotencyKey = (key: string): void => {
  if (KEY.test(key)) return;
  throw new InvalidOptionError(
    'idempotencyKey',
    'must be 1 to 255 visible ASCII characters: letters, digits and punctuation, no spaces',
  );
};
