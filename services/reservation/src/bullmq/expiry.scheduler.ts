import {
  EXPIRY_QUEUE_NAME,
  EXPIRY_SHARE_WINDOW_MS,
  type ExpiryJobData,
  STOCK_LIMITS,
} from '@flashreserve/contracts';
import {
  type Clock,
  currentTraceparent,
  type Failpoints,
  type Logger,
  parseTraceparent,
  systemClock,
  withinTime,
} from '@flashreserve/ops';
import { createGroupCommit, type EntryOutcome } from '@flashreserve/rpc';
import { connectProducerRedis } from '@flashreserve/store/redis';
import { type JobsOptions, Queue } from 'bullmq';
import type { ExpiryScheduler } from '../application/ports';
import type { ReservationMetrics } from '../metrics/reservation-metrics';
import { createCircuitBreaker } from './circuit-breaker';
import { type JobRequest, type PlannedJob, planExpiryJobs } from './expiry-jobs';
import { createMissingJobsLog } from './missing-jobs-log';

export interface BullmqExpiryScheduler extends ExpiryScheduler {
  /** Resolves when Redis accepts jobs, or after `timeoutMs`. */
  readonly waitUntilReady: (timeoutMs: number) => Promise<void>;
  /** Adds all jobs requested so far, then closes; takes about a second at most. */
  readonly stop: () => Promise<void>;
}

/** Timeout of adding jobs. */
const ADD_TIMEOUT_MS = 500;
/** Maximum time that a caller waits, queueing included. */
const SCHEDULE_TIMEOUT_MS = 1_000;
const PROBE_INTERVAL_MS = 1_000;
/**
 * Pause between two adds. Jobs are due minutes later, and an add costs the same for any number of
 * reservations: it also wakes up the worker, which waits for the earliest job. Not longer than the
 * reservations of a job may be due apart, so that an add has only one or two jobs.
 */
const REST_MS = EXPIRY_SHARE_WINDOW_MS;
/** Reservations in an add. Ten jobs in each pause are far more than an instance reserves. */
const ADD_SIZE_MAX = 10 * STOCK_LIMITS.settlementIdsMax;

const HOUR_SECONDS = 3_600;
const JOB_OPTIONS: JobsOptions = {
  attempts: 10,
  backoff: { type: 'exponential', delay: 1_000, jitter: 0.5 },
  // Kept for a while, because a job's id blocks a duplicate only while the job exists.
  removeOnComplete: { age: HOUR_SECONDS, count: 1_000 },
  removeOnFail: { age: 7 * 24 * HOUR_SECONDS, count: 10_000 },
};

const within = <Result>(work: Promise<Result>, timeoutMs: number): Promise<Result> =>
  withinTime(timeoutMs, work, () => new Error(`Redis did not answer within ${timeoutMs} ms.`));

const traceIdOf = (traceparent: string | undefined): string | undefined =>
  parseTraceparent(traceparent)?.traceId;

/** For requests in the trace of this add, makes the add the parent span of the job. */
const throughThisAdd = (requests: readonly JobRequest[]): readonly JobRequest[] => {
  const add = currentTraceparent();
  if (add === undefined) return requests;
  const traceId = traceIdOf(add);
  return requests.map((request) =>
    traceIdOf(request.traceparent) === traceId ? { ...request, traceparent: add } : request,
  );
};

/**
 * Producer of the expiry queue. Requests that arrive while jobs are being added share the next add,
 * so that reservations created together share few jobs; a lone request is added at once.
 *
 * Redis may be down at startup, come and go, or hang: callers wait at most a second, and after the
 * first failure not at all until Redis replies again. A failed add may have added some of its jobs,
 * or add them later. All of them count as missing; a retry is harmless.
 */
export const createExpiryScheduler = (options: {
  readonly redisUrl: string;
  /** Prefix of all keys. */
  readonly prefix: string;
  /** Used to compute delays. */
  readonly clock: Clock;
  readonly log: Logger;
  readonly failpoints: Failpoints;
  readonly measure: Pick<ReservationMetrics, 'batches' | 'onMissingJob' | 'redis'>;
}): BullmqExpiryScheduler => {
  const { clock, log, failpoints, measure } = options;
  const redis = connectProducerRedis(options.redisUrl, log);
  measure.redis('queue', redis);
  const queue = new Queue<ExpiryJobData>(EXPIRY_QUEUE_NAME, {
    connection: redis,
    prefix: options.prefix,
    defaultJobOptions: JOB_OPTIONS,
    // With these three options the queue sends no commands of its own. Its startup commands run
    // only once, and losing Redis in the middle of them would break the queue permanently.
    skipWaitingForReady: true,
    skipVersionCheck: true,
    skipMetasUpdate: true,
  });
  queue.on('error', (error) => {
    log.debug({ err: error }, 'The expiry queue reported an error.');
  });
  // Real time, because connections run in real time.
  const breaker = createCircuitBreaker({
    probe: () => redis.ping(),
    clock: systemClock,
    probeIntervalMs: PROBE_INTERVAL_MS,
  });
  redis.on('ready', breaker.onSuccess);
  const reportMissing = createMissingJobsLog(log, measure.onMissingJob);

  const { addBulk } = failpoints.around('reservation.queue', {
    addBulk: (jobs: readonly PlannedJob[]) => queue.addBulk([...jobs]),
  });
  const addJobs = async (requests: readonly JobRequest[]): Promise<void> => {
    if (!breaker.allows()) throw new Error('Redis did not answer earlier requests.');
    try {
      const jobs = planExpiryJobs(throughThisAdd(requests), clock.now());
      await within(addBulk(jobs), ADD_TIMEOUT_MS);
      breaker.onSuccess();
    } catch (error) {
      breaker.onFailure();
      throw error;
    }
  };
  const adds = createGroupCommit<JobRequest, undefined>({
    name: 'expiry jobs',
    clock: systemClock,
    maxBatchSize: ADD_SIZE_MAX,
    restMs: REST_MS,
    observe: measure.batches('expiry_jobs'),
    commit: async (requests) => {
      await addJobs(requests);
      return requests.map((): EntryOutcome<undefined> => ({ ok: true, value: undefined }));
    },
  });

  const schedule = async (untraced: JobRequest): Promise<void> => {
    const request = { ...untraced, traceparent: currentTraceparent() };
    if (!breaker.allows()) {
      reportMissing(undefined);
      return;
    }
    try {
      await adds.submit(request, new Date(systemClock.now().getTime() + SCHEDULE_TIMEOUT_MS));
    } catch (error) {
      reportMissing(error);
    }
  };

  return {
    scheduleExpiry: ({ reservationId, expiresAt }, { repeated }) =>
      schedule({ kind: 'expire', reservationId, expiresAt, repeated }),
    scheduleSettlement: (reservationId) => schedule({ kind: 'settle', reservationId }),
    waitUntilReady: async (timeoutMs) => {
      if (redis.status === 'ready') return;
      const ready = new Promise<void>((resolve) => {
        redis.once('ready', () => {
          resolve();
        });
      });
      await within(ready, timeoutMs).catch(() => {
        log.warn('Redis is not ready; starting without it. The sweep covers missing jobs.');
      });
    },
    stop: async () => {
      // Bounded by the timeouts: requests still queued at their deadline are dropped.
      await adds.drain();
      await queue.close();
      redis.disconnect();
    },
  };
};
