import { backOff } from '../mongo/in-transaction';
import { translateStoreError } from '../mongo/translate-store-error';

/**
 * Repeats idempotent work while the store fails, for at most `ms`. Building an index may take
 * longer than the driver waits for an answer; the repeat then joins the build that is under way.
 *
 * @throws the error of the last attempt
 */
export const untilStoreAnswers = async (ms: number, work: () => Promise<void>): Promise<void> => {
  const giveUpAt = performance.now() + ms;
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (translateStoreError(error) === undefined || performance.now() >= giveUpAt) throw error;
      await backOff(attempt);
    }
  }
};
