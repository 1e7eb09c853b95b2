import { backOff } from './in-transaction';
import { translateStoreError } from './translate-store-error';

const REPEATS_MAX = 2;
/** Failures that come later have used up what callers have left, or say that the store is away for longer. */
const REPEAT_WITHIN_MS = 1_000;

const isOutage = (error: unknown): boolean => translateStoreError(error)?.kind === 'unavailable';

/**
 * Does an operation of the store that may be done twice, and repeats it up to two times when the store fails within a
 * second: it changes its primary, a connection breaks, or no majority confirms in time. So a failover is a slow answer and
 * no error, where the driver does not repeat by itself or has already done so once. No repeat begins later than a second
 * after the first try. Costs nothing when nothing fails.
 *
 * @param work must have the same effect once and twice; a failed attempt may have been applied
 * @throws what the last attempt failed with
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
