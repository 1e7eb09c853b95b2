import { setTimeout as pause } from 'node:timers/promises';
import { newId } from '@flashreserve/ops';
import { callUnary, DomainError } from '@flashreserve/rpc';
import { storeHasFaults } from './stores';

const ATTEMPTS_MAX = 6;
const BACKOFF_FIRST_MS = 20;

/**
 * In faults mode, retries a call that is safe to retry while it fails because of the store, as
 * docs/errors.md tells clients to do: a few times, with backoff. Without faults the first outcome
 * counts.
 *
 * @param isOutage whether the outcome is STORE_UNAVAILABLE
 */
export const patiently = async <Outcome>(
  call: () => Promise<Outcome>,
  isOutage: (outcome: Outcome) => boolean,
): Promise<Outcome> => {
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await call();
    if (!storeHasFaults() || attempt === ATTEMPTS_MAX || !isOutage(outcome)) return outcome;
    await pause(BACKOFF_FIRST_MS * 2 ** attempt * Math.random());
  }
};

const isStoreOutage = (error: unknown): boolean =>
  error instanceof DomainError && error.reason === 'STORE_UNAVAILABLE';

/** Like `patiently`, for a call that rejects with a DomainError. */
export const repeatPatiently = async <Result>(call: () => Promise<Result>): Promise<Result> => {
  const outcome = await patiently(
    () =>
      call().then(
        (value) => ({ value }),
        (error: unknown) => ({ error }),
      ),
    (settled) => 'error' in settled && isStoreOutage(settled.error),
  );
  if ('error' in outcome) throw outcome.error;
  return outcome.value;
};

/** `callUnary` with the retries of `patiently`. */
export const callPatiently: typeof callUnary = (client, name, request, options) =>
  repeatPatiently(() => callUnary(client, name, request, options));

/**
 * The key of a call that must be applied once, however often it is sent: in faults mode a new key
 * if the test provides none, because without a key a retry is a new call.
 */
export const keyForRepeats = (key: string): string =>
  key === '' && storeHasFaults() ? newId() : key;
