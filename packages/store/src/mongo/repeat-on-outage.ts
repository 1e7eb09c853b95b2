import { backOff } from './in-transaction';
import { translateStoreError } from './translate-store-error';

const REPEATS_MAX = 2;
/** A later failure has used up the caller's deadline or is part of a longer outage. */
const REPEAT_WITHIN_MS = 1_000;

const isOutage = (error: unknown): boolean => translateStoreError(error)?.kind === 'unavailable';

/**
 * Runs an idempotent store operation and retries it up to twice if the store fails within a second:
 * on a change of primary, a broken connection or a write concern timeout. A failover then costs
 * latency instead of an error where the driver does not retry, or has already retried once. No
 * retry starts later than one second after the first attempt. No cost without failures.
 *
 * @param work must have the same effect once and twice; a failed attempt may have been applied
 * @throws the error of the last attempt
 */
export const repeatOnOutage = async <Result>(work: () => Promise<Result>): Promise<Result> => {
  const startedAt = performance.now();
  for (let repeats = 0; ; repeats += 1) {
    try {
      return await work();
    } catch (error) {
      if (repeats >= REPEATS_MAX || !isOutage(error)) throw error;
      await backOff(repeats);
      if (performance.now() - startedAt > REPEAT_WITHIN_MS) throw error;
    }
  }
};
