import type { Clock } from '@flashreserve/ops';

/** A completed request at the gateway. */
export interface ServedRequest {
  readonly method: string;
  /** Path template of the route. */
  readonly route: string;
  /** 499 if the client disconnected before the end of the response. */
  readonly status: number;
  /** Milliseconds from the request's headers to the end of the response. */
  readonly ms: number;
}

/** Outcome of requests to reserve at this gateway within one second. */
export interface PulseSecond {
  /** Start of the second, in seconds since 1970. */
  readonly time: number;
  /** New reservations; replays are not counted. */
  readonly accepted: number;
  /** 4xx responses: sold out, not signed in, over a limit, bad input. */
  readonly refused: number;
  /** 5xx responses, and clients that disconnected before the end of the response. */
  readonly failed: number;
  /**
   * Time from the request's headers to the end of the response, at most 5 % too high; null without
   * requests.
   */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
}

export interface Pulse {
  readonly record: (served: ServedRequest) => void;
  /**
   * Completed seconds after `time`, oldest first; at most the last `PULSE_SECONDS`, without gaps.
   */
  readonly secondsAfter: (time: number) => readonly PulseSecond[];
}

export const PULSE_SECONDS = 120;

const RESERVE_ROUTES: ReadonlySet<string> = new Set(['/reservations/:productId', '/reservations']);

/** Duration buckets: the upper bounds grow by 5 % from 0.1 ms to over a minute. */
const SMALLEST_MS = 0.1;
const GROWTH = 1.05;
const BUCKETS = 280;

const bucketOf = (ms: number): number => {
  if (ms <= SMALLEST_MS) return 0;
  return Math.min(BUCKETS - 1, Math.ceil(Math.log(ms / SMALLEST_MS) / Math.log(GROWTH)));
};

const upperEnd = (bucket: number): number => Math.round(SMALLEST_MS * GROWTH ** bucket * 100) / 100;

/** The counts of the current second. */
const createCounts = () => {
  const buckets = new Uint32Array(BUCKETS);
  const counts = { accepted: 0, refused: 0, failed: 0, timed: 0 };
  const percentile = (share: number): number | null => {
    if (counts.timed === 0) return null;
    let left = Math.ceil(counts.timed * share);
    const bucket = buckets.findIndex((count) => {
      left -= count;
      return left <= 0;
    });
    return upperEnd(bucket);
  };
  return {
    add: ({ status, ms }: ServedRequest): void => {
      if (status === 201) counts.accepted += 1;
      else if (status >= 400) counts[status < 499 ? 'refused' : 'failed'] += 1;
      counts.timed += 1;
      const bucket = bucketOf(ms);
      buckets[bucket] = (buckets[bucket] ?? 0) + 1;
    },
    /** Ends the second and resets the counts. */
    take: (time: number): PulseSecond => {
      const { accepted, refused, failed } = counts;
      const second: PulseSecond = {
        time,
        accepted,
        refused,
        failed,
        p50Ms: percentile(0.5),
        p99Ms: percentile(0.99),
      };
      buckets.fill(0);
      Object.assign(counts, { accepted: 0, refused: 0, failed: 0, timed: 0 });
      return second;
    },
  };
};

/**
 * Counts requests to reserve per second, for the live sale page. Keeps the last two minutes in
 * memory and needs no timer: seconds end at the next call. Each gateway counts only its own
 * requests.
 */
export const createPulse = ({ clock }: { readonly clock: Clock }): Pulse => {
  const counts = createCounts();
  let ended: PulseSecond[] = [];
  const now = (): number => Math.floor(clock.now().getTime() / 1_000);
  let current = now();

  const moveOn = (): void => {
    const time = now();
    if (time <= current) return;
    // After a long idle time, or a clock jump, only the seconds that are kept are filled in.
    const silence = Math.max(current + 1, time - PULSE_SECONDS);
    const added = [counts.take(current)];
    for (let second = silence; second < time; second += 1) added.push(counts.take(second));
    ended = [...ended, ...added].slice(-PULSE_SECONDS);
    current = time;
  };

  return {
    record: (served) => {
      if (served.method !== 'POST' || !RESERVE_ROUTES.has(served.route)) return;
      moveOn();
      counts.add(served);
    },
    secondsAfter: (time) => {
      moveOn();
      return ended.filter((second) => second.time > time);
    },
  };
};
