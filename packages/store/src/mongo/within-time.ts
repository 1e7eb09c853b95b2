import { limitCalls, withinTime as limitWait } from '@flashreserve/ops';
import { type DomainError, unavailable } from '@flashreserve/rpc';

const tooLate = (): DomainError =>
  unavailable('STORE_UNAVAILABLE', 'The store does not answer in time. Try again shortly.');

/**
 * Limits the wait for a store operation. After a timeout the operation may still be applied.
 *
 * The driver's own limits have gaps: a command written to a socket between its `end` and `close`
 * events never settles (7.8, 7.9), and `timeoutMS` has no effect (7.8).
 *
 * @throws DomainError STORE_UNAVAILABLE
 */
export const withinTime = <Result>(ms: number, work: Promise<Result>): Promise<Result> =>
  limitWait(ms, work, tooLate);

/**
 * Upper limit for one store call, in milliseconds. Requests end earlier, at their own deadlines;
 * this bounds the calls they leave behind.
 */
const STORE_CALL_MS_MAX = 10_000;

/** Limits every call of a repository, see `withinTime`. */
export const limitStoreCalls = <Repository extends object>(
  repository: Repository,
  ms = STORE_CALL_MS_MAX,
): Repository => limitCalls(repository, { ms, tooLate });
