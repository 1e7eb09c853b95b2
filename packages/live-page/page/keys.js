// Idempotency-Keys of requests whose outcome nobody could tell.
import { newKey } from './api.js';
import { Problem } from './problem.js';

/** @param {unknown} error */
const isUnknownOutcome = (error) =>
  error instanceof Problem && (error.status === 0 || error.status >= 500);

/**
 * Gives each wish a key that goes with every repeat, and stays for the next press while nobody can tell what became of the
 * request: pressing again can then only find what the first press did, never do it twice.
 */
export const createKeyring = () => {
  /** @type {Map<string, string>} */
  const open = new Map();
  return {
    /**
     * @template Result
     * @param {string} wish the same text for the same wish
     * @param {(key: string) => Promise<Result>} attempt
     * @returns {Promise<Result>}
     */
    withKey: async (wish, attempt) => {
      const key = open.get(wish) ?? newKey();
      open.set(wish, key);
      try {
        const result = await attempt(key);
        open.delete(wish);
        return result;
      } catch (error) {
        if (!isUnknownOutcome(error)) open.delete(wish);
        throw error;
      }
    },
    /** For the next user. */
    forget: () => {
      open.clear();
    },
  };
};
