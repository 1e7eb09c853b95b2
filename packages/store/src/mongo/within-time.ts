import { limitCalls, withinTime as limitWait } from '@flashreserve/ops';
import { type DomainError, unavailable } from '@flashreserve/rpc';

const tooLate = (): DomainError =>
  unavailable('STORE_UNAVAILABLE', 'The store does not answer in time. Try again shortly.');

/**
 * Waits for the store at most this long. What was asked of it may still happen afterwards.
 *
 * The driver's own time limits do not see everything: a command that is written to a socket between its end and
 * its `close` event waits for ever (7.8, 7.9), and its `timeoutMS` has no effect (7.8).
 *
 * @throws DomainError STORE_UNAVAILABLE
 */
export const withinTime = <Result>(ms: number, work: Promise<Result>): Promise<Result> =>
  limitWait(ms, work, tooLate);

/**
 * Calls of a store end after this, in milliseconds, whatever the driver does. Callers end earlier, at deadlines of their
 * own; this is for what they leave behind.
 */
const STORE_CALL_MS_MAX = 10_000;

/** Puts a limit on every call of a repository, see `withinTime`. */
export const limitStoreCalls = <Repository extends object>(
  repository: Repository,
  ms = STORE_CALL_MS_MAX,
): Repository => limitCalls(repository, { ms, tooLate });
