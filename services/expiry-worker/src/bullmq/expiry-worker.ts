import { EXPIRY_QUEUE_NAME } from '@flashreserve/contracts';
import { createFailureLog, endsWithin, type Logger, type Tracing } from '@flashreserve/ops';
import { connectWorkerRedis } from '@flashreserve/store/redis';
import { type Job, Worker } from 'bullmq';
import type { HoldSettler } from '../application/settle-holds';
import type { WorkerMetrics } from '../metrics/worker-metrics';
import { createExpiryProcessor } from './expiry.processor';
import type { JobReport } from './job-outcome';
import { traceJobs } from './trace-jobs';
import { logWorkerEvents } from './worker-events';

export interface ExpiryWorker {
  /** Takes jobs from now on. Redis may be away: the worker begins when it is there, and after each outage. */
  readonly start: () => void;
  /** Takes no more jobs, lets those under way finish while there is time, and never hangs. */
  readonly stop: () => Promise<void>;
}

/**
 * Jobs that may be under way; those that are due together become whole batches. Many jobs hold one reservation,
 * some hold 500: so at most 50,000 reservations wait here, and the others wait in Redis.
 */
const CONCURRENCY = 100;
/**
 * A killed worker's jobs run again after the lock's time and up to one check: about ten seconds. BullMQ renews the
 * locks of all jobs under way twice in this time, however long their reservations wait for their turn.
 */
const LOCK_MS = 5_000;
const STALLED_CHECK_MS = 5_000;
/** Restarts in the middle of a sale must not use up a job's chances. */
const STALLED_COUNT_MAX = 5;
/** How often an idle worker looks itself; bounds the delay when the worker that awaited a job dies. */
const DRAIN_DELAY_SECONDS = 1;
/** Rest before the next try when Redis is away or refuses to work. */
const RETRY_MS = 1_000;
/** Share of the stop time that the jobs under way get. */
const FINISH_TIMEOUT_MS = 4_000;
/** For jobs that do not say for themselves how long they are kept. */
const KEPT_COMPLETED = { age: 3_600, count: 1_000 } as const;
const KEPT_FAILED = { age: 7 * 86_400, count: 10_000 } as const;

/** Makes the worker of the expiry queue. */
export const createExpiryWorker = (deps: {
  readonly redisUrl: string;
  readonly prefix: string;
  readonly settle: HoldSettler['settle'];
  readonly log: Logger;
  readonly tracing: Tracing;
  readonly measure: Pick<WorkerMetrics, 'jobs' | 'redis'>;
}): ExpiryWorker => {
  const { log, tracing, measure } = deps;
  const redis = connectWorkerRedis(deps.redisUrl, log);
  measure.redis('worker', redis);
  const process = measure.jobs<Job<unknown>>(traceJobs(tracing, createExpiryProcessor(deps)));
  const worker = new Worker<unknown, JobReport>(EXPIRY_QUEUE_NAME, process, {
    connection: redis,
    prefix: deps.prefix,
    name: 'expiry-worker',
    autorun: false,
    concurrency: CONCURRENCY,
    lockDuration: LOCK_MS,
    stalledInterval: STALLED_CHECK_MS,
    maxStalledCount: STALLED_COUNT_MAX,
    drainDelay: DRAIN_DELAY_SECONDS,
    runRetryDelay: RETRY_MS,
    removeOnComplete: KEPT_COMPLETED,
    removeOnFail: KEPT_FAILED,
  });
  logWorkerEvents(worker, log);
  const logFailure = createFailureLog();
  let stopping = false;
  let resting = false;

  /** BullMQ asks again at once, thousands of times a second, when Redis refuses what it is asked (out of memory). */
  const rest = (): void => {
    if (stopping || resting) return;
    resting = true;
    void worker.pause(true);
    setTimeout(() => {
      resting = false;
      if (!stopping) void worker.resume();
    }, RETRY_MS).unref();
  };
  worker.on('error', (error) => {
    if (error.name === 'ReplyError') rest();
  });

  return {
    start: () => {
      worker.run().catch((error: unknown) => {
        logFailure({
          log,
          level: 'error',
          key: 'loop',
          fields: { err: error },
          message: 'The loop that takes jobs broke; it is started again.',
        });
        rest();
      });
    },
    stop: async () => {
      stopping = true;
      // BullMQ's close() waits for ever when Redis is away, and a close(true) after it only joins the wait
      // (taskforcesh/bullmq#4656). pause() lets the jobs under way finish just as well and can be abandoned.
      if (redis.status === 'ready') await finishJobs(worker, log);
      await worker.close(true);
      redis.disconnect();
    },
  };
};

/** Waits, but not for long, until the jobs under way are done and reported. */
const finishJobs = async (worker: Worker<unknown, JobReport>, log: Logger): Promise<void> => {
  const paused = worker.pause();
  if (await endsWithin(FINISH_TIMEOUT_MS, paused)) return;
  log.warn('Jobs were still under way at the end; another worker takes them over.');
  // At its end the abandoned pause connects once more, to a connection that nobody closes any longer.
  const disconnect = async (): Promise<void> => {
    (await worker.getBackend().blockingClient)?.disconnect();
  };
  paused.then(disconnect, disconnect).catch((error: unknown) => {
    log.warn({ err: error }, 'A connection to Redis could not be closed.');
  });
};
