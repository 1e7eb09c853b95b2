import { type Logger, newId, systemClock } from '@flashreserve/ops';
import { DomainError } from '../errors/domain-error';
import { createGroupCommit } from '../group-commit/group-commit';
import type { GroupCommit, GroupObserver } from '../group-commit/options';
import { type BatchResult, readResults } from './batch';
import { createGroupsByHome } from './home/groups-by-home';
import type { Homes } from './home/homes';

/** One call within a batch call. */
export interface BatchedEntry<Request> {
  readonly request: Request;
  readonly requestId: string;
}

/**
 * Maximum number of concurrent batch calls to one home. Their batches do not compete, and a second
 * call keeps the services busy while the first is on the network; more calls would only make the
 * batches smaller.
 */
const IN_FLIGHT_MAX = 2;
/** Small enough that 64 clients form two batches, large enough to be worth a call. */
const COMPANY_MIN = 24;
/** Far longer than a healthy instance takes; a hanging one must not block calls to the others. */
const YIELD_AFTER_MS = 250;

const isOneEntrysFault = (error: unknown): boolean =>
  error instanceof DomainError && error.kind === 'invalid';

/**
 * Batches calls that arrive while others are in flight into one batch call, so they share the cost
 * of the hop. A call that arrives alone is sent at once and keeps its request id; a shared call
 * gets its own id, logged at "debug" together with the ids of its entries. With `byHome`, only
 * calls with the same home are batched together.
 */
export const createBatchedCall = <Request, Response>(options: {
  /** Name of the RPC, for logs and traces. */
  readonly method: string;
  readonly call: (
    requests: Request[],
    options: {
      readonly requestId: string;
      readonly deadline: Date;
      /** With `byHome`: a key with the home of all entries. */
      readonly homeKey: string | undefined;
    },
  ) => Promise<readonly BatchResult<Response>[]>;
  /** Sends each call to the home of a key; without it, batches go to any instance. */
  readonly byHome?: {
    /** Where the calls of the client go. */
    readonly homes: Homes;
    readonly keyOf: (request: Request) => string;
  };
  readonly maxBatchSize: number;
  /** As in a group commit: for callers that come back after their answer, one by one. */
  readonly gatherMs?: number;
  readonly log: Logger;
  readonly observe?: GroupObserver | undefined;
}): GroupCommit<BatchedEntry<Request>, Response> => {
  const { method, call, byHome, maxBatchSize, gatherMs = 0, log } = options;

  const idOf = (entries: readonly BatchedEntry<Request>[]): string => {
    const [first] = entries;
    if (entries.length === 1 && first !== undefined) return first.requestId;
    const requestId = newId();
    if (log.isLevelEnabled('debug')) {
      const requestIds = entries.map((entry) => entry.requestId);
      log.debug({ requestId, method, requestIds }, 'Calls batched.');
    }
    return requestId;
  };

  const homeKeyOf = ([first]: readonly BatchedEntry<Request>[]): string | undefined =>
    // If homes have moved since the entries were grouped, any of their homes is as good.
    first === undefined ? undefined : byHome?.keyOf(first.request);

  const createGroup = (observe: GroupObserver | undefined) =>
    createGroupCommit<BatchedEntry<Request>, Response>({
      name: method,
      commit: async (entries, deadline) =>
        readResults(
          await call(
            entries.map(({ request }) => request),
            { requestId: idOf(entries), deadline, homeKey: homeKeyOf(entries) },
          ),
        ),
      // Call deadlines are in real time, independent of the domain's clock.
      clock: systemClock,
      maxBatchSize,
      maxInFlight: IN_FLIGHT_MAX,
      minCompany: COMPANY_MIN,
      gatherMs,
      yieldAfterMs: YIELD_AFTER_MS,
      isEntryFault: isOneEntrysFault,
      ...(observe && { observe }),
    });
  if (byHome === undefined) return createGroup(options.observe);
  return createGroupsByHome({
    homes: byHome.homes,
    keyOf: ({ request }) => byHome.keyOf(request),
    observe: options.observe,
    createGroup,
  });
};
