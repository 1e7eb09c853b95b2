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
  /** Starts taking jobs, as soon as Redis is reachable and again after each outage. */
  readonly start: () => void;
  /** Stops taking jobs and gives active ones limited time to finish; never hangs. */
  readonly stop: () => Promise<void>;
}

/**
 * Concurrent jobs; jobs due together form full batches. A job holds 1 to 500 reservations, so at
 * most 50,000 reservations are queued here and the rest wait in Redis.
 */
const CONCURRENCY = 100;
/**
 * A killed worker's jobs run again once their locks have expired and the next check has run: after
 * about ten seconds. BullMQ renews the locks of active jobs twice per lock duration, however long
 * their reservations are queued.
 */
const LOCK_MS = 5_000;
const STALLED_CHECK_MS = 5_000;
/** Several restarts during a sale must not fail a job for good. */
const STALLED_COUNT_MAX = 5;
/** Polling interval of an idle worker; bounds the delay when the worker that awaited a job dies. */
const DRAIN_DELAY_SECONDS = 1;
/** Pause before the next attempt when Redis is down or rejects commands. */
const RETRY_MS = 1_000;
/** How long `stop` waits for active jobs. */
const FINISH_TIMEOUT_MS = 4_000;
/** Retention of jobs whose own options do not set it. */
const KEPT_COMPLETED = { age: 3_600, count: 1_000 } as const;
const KEPT_FAILED = { age: 7 * 86_400, count: 10_000 } as const;

/** Creates the worker of the expiry queue. */
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

  /** Backs off: BullMQ retries rejected commands (out of memory) thousands of times a second. */
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
          message: 'The job loop failed; it will be restarted.',
        });
        rest();
      });
    },
    stop: async () => {
      stopping = true;
      // BullMQ's close() never resolves while Redis is down, and a later close(true) only joins it
      // (taskforcesh/bullmq#4656). pause() waits for active jobs as well and can be abandoned.
      if (redis.status === 'ready') await finishJobs(worker, log);
      await worker.close(true);
      redis.disconnect();
    },
  };
};

/** Waits for a limited time until active jobs are done and reported. */
const finishJobs = async (worker: Worker<unknown, JobReport>, log: Logger): Promise<void> => {
  const paused = worker.pause();
  if (await endsWithin(FINISH_TIMEOUT_MS, paused)) return;
  log.warn('Jobs were still active at shutdown; another worker takes them over.');
  // When the abandoned pause ends it reconnects, and nothing else would close that connection.
  const disconnect = async (): Promise<void> => {
    (await worker.getBackend().blockingClient)?.disconnect();
  };
  paused.then(disconnect, disconnect).catch((error: unknown) => {
    log.warn({ err: error }, 'Could not close a connection to Redis.');
  });
};
