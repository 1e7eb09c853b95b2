import {
  EXPIRY_JOB_NAMES,
  EXPIRY_JOB_TRACES_MAX,
  EXPIRY_SHARE_WINDOW_MS,
  type ExpiryJobData,
  expiryJobId,
  STOCK_LIMITS,
} from '@flashreserve/contracts';
import { newId } from '@flashreserve/ops';

interface Traced {
  /** Trace context of the call that requests the job, if it is recorded. */
  readonly traceparent?: string | undefined;
}

/** A request for a job. */
export type JobRequest =
  | (Traced & {
      readonly kind: 'expire';
      readonly reservationId: string;
      readonly expiresAt: Date;
      /** Whether an earlier request may have been for the same reservation. */
      readonly repeated: boolean;
    })
  | (Traced & { readonly kind: 'settle'; readonly reservationId: string });

type ExpireRequest = Extract<JobRequest, { kind: 'expire' }>;

/** A job as it is added to the queue. */
export interface PlannedJob {
  readonly name: keyof typeof EXPIRY_JOB_NAMES;
  readonly data: ExpiryJobData;
  readonly opts: { readonly jobId: string; readonly delay: number };
}

const SETTLEMENT_DELAY_MS = 1_000;

/**
 * Plans as few jobs as possible for the requests. Reservations that are requested for the first
 * time and due within `EXPIRY_SHARE_WINDOW_MS` of each other share a job, at most
 * `STOCK_LIMITS.settlementIdsMax` per job; every other request gets its own job. No job is due
 * before its reservations, by `now`.
 *
 * About the ids: the queue ignores a job with a known id, so an id must always stand for the same
 * set of reservations; otherwise those of the ignored job would be left without one. `expire-<id>`
 * and `settle-<id>` stand for that reservation alone, in every version and process, so a thousand
 * replays of a key result in one job. A shared job gets a fresh id, because an id derived from a
 * member could already belong to that member's own job from a replay. A replayed member therefore
 * has two jobs; the second one has nothing to do.
 */
export const planExpiryJobs = (
  requests: readonly JobRequest[],
  now: Date,
): readonly PlannedJob[] => {
  const shareable: ExpireRequest[] = [];
  const jobs: PlannedJob[] = [];
  for (const request of requests) {
    if (request.kind === 'settle') {
      jobs.push(loneJob('settle', request, SETTLEMENT_DELAY_MS));
    } else if (request.repeated) {
      jobs.push(loneJob('expire', request, delayUntil(request.expiresAt, now)));
    } else {
      shareable.push(request);
    }
  }
  for (const group of groupByDueTime(shareable)) jobs.push(jobFor(group, now));
  return [...new Map(jobs.map((job) => [job.opts.jobId, job])).values()];
};

const delayUntil = (time: Date, now: Date): number => Math.max(0, time.getTime() - now.getTime());

const dataOf = (
  reservationIds: readonly string[],
  traceparents: readonly string[],
): ExpiryJobData => ({
  reservationIds,
  ...(traceparents.length > 0 && { traceparents: traceparents.slice(0, EXPIRY_JOB_TRACES_MAX) }),
});

const loneJob = (
  name: PlannedJob['name'],
  { reservationId, traceparent }: Pick<JobRequest, 'reservationId' | 'traceparent'>,
  delay: number,
): PlannedJob => ({
  name: EXPIRY_JOB_NAMES[name],
  data: dataOf([reservationId], traceparent === undefined ? [] : [traceparent]),
  opts: { jobId: expiryJobId(name, reservationId), delay },
});

interface Group {
  readonly reservationIds: Set<string>;
  readonly traceparents: Set<string>;
  readonly firstDueAt: number;
  lastDueAt: Date;
}

const groupByDueTime = (requests: readonly ExpireRequest[]): readonly Group[] => {
  const groups: Group[] = [];
  let open: Group | undefined;
  const byDueTime = requests.toSorted((a, b) => a.expiresAt.getTime() - b.expiresAt.getTime());
  for (const { reservationId, expiresAt, traceparent } of byDueTime) {
    const dueAt = expiresAt.getTime();
    if (
      open === undefined ||
      dueAt - open.firstDueAt > EXPIRY_SHARE_WINDOW_MS ||
      open.reservationIds.size === STOCK_LIMITS.settlementIdsMax
    ) {
      open = {
        reservationIds: new Set(),
        traceparents: new Set(),
        firstDueAt: dueAt,
        lastDueAt: expiresAt,
      };
      groups.push(open);
    }
    open.reservationIds.add(reservationId);
    if (traceparent !== undefined) open.traceparents.add(traceparent);
    open.lastDueAt = expiresAt;
  }
  return groups;
};

const jobFor = (group: Group, now: Date): PlannedJob => {
  const ids = [...group.reservationIds];
  const traceparents = [...group.traceparents];
  const delay = delayUntil(group.lastDueAt, now);
  const [only] = ids;
  if (ids.length === 1 && only !== undefined) {
    return loneJob('expire', { reservationId: only, traceparent: traceparents[0] }, delay);
  }
  return {
    name: EXPIRY_JOB_NAMES.expire,
    data: dataOf(ids, traceparents),
    opts: { jobId: `expire-together-${newId()}`, delay },
  };
};
