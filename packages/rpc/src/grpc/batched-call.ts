import { type Logger, newId, systemClock } from '@flashreserve/ops';
import { DomainError } from '../errors/domain-error';
import { createGroupCommit } from '../group-commit/group-commit';
import type { GroupCommit, GroupObserver } from '../group-commit/options';
import { type BatchResult, readResults } from './batch';

/** One of the calls that share a batch call. */
export interface BatchedEntry<Request> {
  readonly request: Request;
  readonly requestId: string;
}

/**
 * Calls under way at the same time. The batches behind them do not compete, and a second one keeps the services
 * busy while the first is on its way; more would only make them smaller.
 */
const IN_FLIGHT_MAX = 2;
/** Small enough that 64 clients make two batches, large enough that a call is worth its cost. */
const COMPANY_MIN = 24;
/** An instance that hangs must not keep calls from the others; far longer than a healthy one takes. */
const YIELD_AFTER_MS = 250;

const isOneEntrysFault = (error: unknown): boolean =>
  error instanceof DomainError && error.kind === 'invalid';

/**
 * Lets calls that come while others are under way share one batch call, so that a hop costs each of them a share. A
 * lone call goes out at once and keeps its request id; a shared one has an id of its own, and the log says (at
 * "debug") whose calls it holds.
 */
export const createBatchedCall = <Request, Response>(options: {
  /** Name of the RPC, for the log. */
  readonly method: string;
  readonly call: (
    requests: Request[],
    options: { readonly requestId: string; readonly deadline: Date },
  ) => Promise<readonly BatchResult<Response>[]>;
  readonly maxBatchSize: number;
  readonly log: Logger;
  readonly observe?: GroupObserver | undefined;
}): GroupCommit<BatchedEntry<Request>, Response> => {
  const { method, call, maxBatchSize, log, observe } = options;

  const idOf = (entries: readonly BatchedEntry<Request>[]): string => {
    const [first] = entries;
    if (entries.length === 1 && first !== undefined) return first.requestId;
    const requestId = newId();
    if (log.isLevelEnabled('debug')) {
      const requestIds = entries.map((entry) => entry.requestId);
      log.debug({ requestId, method, requestIds }, 'Calls share a batch.');
    }
    return requestId;
  };

  return createGroupCommit({
    name: method,
    commit: async (entries, deadline) =>
      readResults(
        await call(
          entries.map(({ request }) => request),
          { requestId: idOf(entries), deadline },
        ),
      ),
    // Deadlines of calls are in real time, whatever clock decides about the domain.
    clock: systemClock,
    maxBatchSize,
    maxInFlight: IN_FLIGHT_MAX,
    minCompany: COMPANY_MIN,
    yieldAfterMs: YIELD_AFTER_MS,
    isEntryFault: isOneEntrysFault,
    ...(observe && { observe }),
  });
};
