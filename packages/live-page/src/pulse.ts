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

/** The counts of one process in one second, as they are sent to the other processes. */
interface SecondCounts {
  readonly time: number;
  readonly accepted: number;
  readonly refused: number;
  readonly failed: number;
  /** Numbers of the buckets that are not empty, each followed by its count. */
  readonly buckets: readonly number[];
}

/** The other processes of this gateway. */
export interface PulseExchange {
  readonly tellOthers: (topic: string, counts: SecondCounts) => void;
  readonly onTold: (topic: string, listen: (content: unknown) => void) => void;
}

const TOPIC = 'pulse';
/** After the end of a second, until the counts of the other processes have arrived. */
const EXCHANGE_SECONDS = 1;

/** The counts of one second. */
const createCounts = () => {
  const buckets = new Uint32Array(BUCKETS);
  const counts = { accepted: 0, refused: 0, failed: 0, timed: 0 };
  const addTo = (bucket: number, count: number): void => {
    buckets[bucket] = (buckets[bucket] ?? 0) + count;
    counts.timed += count;
  };
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
      addTo(bucketOf(ms), 1);
    },
    /** Adds those of another process. */
    addCounts: (other: SecondCounts): void => {
      counts.accepted += other.accepted;
      counts.refused += other.refused;
      counts.failed += other.failed;
      for (let index = 0; index + 1 < other.buckets.length; index += 2) {
        addTo(other.buckets[index] ?? 0, other.buckets[index + 1] ?? 0);
      }
    },
    isEmpty: (): boolean => counts.timed === 0,
    toCounts: (time: number): SecondCounts => {
      const { accepted, refused, failed } = counts;
      const filled = [...buckets].flatMap((count, bucket) => (count === 0 ? [] : [bucket, count]));
      return { time, accepted, refused, failed, buckets: filled };
    },
    toSecond: (time: number): PulseSecond => ({
      time,
      accepted: counts.accepted,
      refused: counts.refused,
      failed: counts.failed,
      p50Ms: percentile(0.5),
      p99Ms: percentile(0.99),
    }),
  };
};

type Counts = ReturnType<typeof createCounts>;

/**
 * Counts requests to reserve per second, for the live sale page. Keeps the last two minutes in
 * memory. Seconds end at the next call, so no timer is needed.
 *
 * Each gateway counts its own requests. If it has several processes, each tells the others its
 * counts at the end of every second, and seconds are reported one second later. A process that has
 * just started knows nothing of the time before.
 */
export const createPulse = ({
  clock,
  exchange,
}: {
  readonly clock: Clock;
  /** Undefined if the gateway has one process. */
  readonly exchange?: PulseExchange | undefined;
}): Pulse => {
  const lag = exchange === undefined ? 0 : EXCHANGE_SECONDS;
  /** By second: the counts of seconds that are not reported yet. */
  const open = new Map<number, Counts>();
  let ended: PulseSecond[] = [];
  let own = createCounts();
  const now = (): number => Math.floor(clock.now().getTime() / 1_000);
  let current = now();
  /** The next second to report. */
  let next = current;
  let timer: NodeJS.Timeout | undefined;

  const openSecond = (time: number): Counts => {
    const counts = open.get(time) ?? createCounts();
    open.set(time, counts);
    return counts;
  };
  /** Ends the current second of this process. */
  const endOwn = (time: number): void => {
    const counts = own.toCounts(current);
    const isEmpty = own.isEmpty();
    current = time;
    if (isEmpty) return;
    own = createCounts();
    openSecond(counts.time).addCounts(counts);
    exchange?.tellOthers(TOPIC, counts);
  };
  const moveOn = (): void => {
    const time = now();
    if (time <= current) return;
    endOwn(time);
    // After a long idle time, or a clock jump, only the seconds that are kept are filled in.
    const from = Math.max(next, time - lag - PULSE_SECONDS);
    const added: PulseSecond[] = [];
    for (let second = from; second < time - lag; second += 1) {
      added.push((open.get(second) ?? createCounts()).toSecond(second));
    }
    next = Math.max(next, time - lag);
    for (const second of open.keys()) if (second < next) open.delete(second);
    ended = [...ended, ...added].slice(-PULSE_SECONDS);
  };
  /** The other processes need the counts even if this one is never queried. */
  const moveOnSoon = (): void => {
    if (timer !== undefined) return;
    const endsIn = 1_000 - (clock.now().getTime() % 1_000);
    timer = setTimeout(() => {
      timer = undefined;
      moveOn();
    }, endsIn + 1).unref();
  };

  exchange?.onTold(TOPIC, (content) => {
    const counts = content as SecondCounts;
    if (counts.time >= next) openSecond(counts.time).addCounts(counts);
    // Otherwise a process that is never queried would keep all seconds.
    moveOn();
  });
  return {
    record: (served) => {
      if (served.method !== 'POST' || !RESERVE_ROUTES.has(served.route)) return;
      moveOn();
      own.add(served);
      if (exchange !== undefined) moveOnSoon();
    },
    secondsAfter: (time) => {
      moveOn();
      return ended.filter((second) => second.time > time);
    },
  };
};
