// Requests to the REST interface that this page comes from.
import { learnTime } from './clock.js';
import { noAnswer, Problem, problemOf } from './problem.js';

/** @import { SendOptions } from './types' */

/** Longer than the longest time limit of the gateway. */
const TIMEOUT_MS = 25_000;
const REPEAT_AFTER_MS = [300, 900, 2_700];
/** The request may not have reached anybody, or the answer was lost. */
const WORTH_REPEATING = new Set([0, 502, 503, 504]);

/**
 * A fresh Idempotency-Key. `crypto.randomUUID` would be missing where the page comes over plain HTTP.
 * @returns {string}
 */
export const newKey = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');

/** @param {number} ms */
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Sends one request and returns the body of its answer.
 * @param {string} method
 * @param {string} path
 * @param {SendOptions} [options]
 * @throws {Problem}
 */
export const send = async (method, path, { body, token, key } = {}) => {
  const headers = new Headers();
  if (body !== undefined) headers.set('content-type', 'application/json');
  if (token !== undefined) headers.set('authorization', `Bearer ${token}`);
  if (key !== undefined) headers.set('idempotency-key', key);
  const response = await fetch(path, {
    method,
    headers,
    body: body === undefined ? null : JSON.stringify(body),
    // Not `no-store`, with which browsers ask for a fresh answer: recent products are good enough.
    cache: 'no-cache',
    credentials: 'omit',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch(() => {
    throw noAnswer();
  });
  learnTime(response.headers.get('date'));
  if (!response.ok) throw await problemOf(response);
  if (response.status === 204) return undefined;
  return response.json().catch(() => {
    throw noAnswer();
  });
};

/**
 * Tries again for a few seconds while there is no answer. Only for what may arrive twice: reads, and writes with a key or
 * with the same outcome each time.
 * @template Result
 * @param {() => Promise<Result>} attempt
 * @returns {Promise<Result>}
 */
export const repeatedly = async (attempt) => {
  for (const waitMs of REPEAT_AFTER_MS) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof Problem && WORTH_REPEATING.has(error.status))) throw error;
      await pause(waitMs * (0.75 + Math.random() / 2));
    }
  }
  return attempt();
};
