import {
  EXPIRY_JOB_NAMES,
  EXPIRY_QUEUE_NAME,
  type ExpiryJobData,
  expiryJobId,
} from '@flashreserve/contracts';
import { type Clock, systemClock } from '@flashreserve/platform/clock';
import type { Logger } from '@flashreserve/platform/logging';
import { connectProducerRedis } from '@flashreserve/platform/redis';
import { type JobsOptions, Queue } from 'bullmq';
import type { ExpiryScheduler } from '../application/ports';
import { createCircuitBreaker } from './circuit-breaker';

export interface BullmqExpiryScheduler extends ExpiryScheduler {
  /** Resolves when Redis can take jobs, or after `timeoutMs` without it. */
  readonly waitUntilReady: (timeoutMs: number) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Longest a caller waits for a job to be added. */
const ADD_TIMEOUT_MS = 500;
const PROBE_INTERVAL_MS = 1_000;
const SETTLEMENT_DELAY_MS = 1_000;
/** Missing jobs are logged at most this often; the log line says how many there were. */
const LOG_INTERVAL_MS = 5_000;

const HOUR_SECONDS = 3_600;
const JOB_OPTIONS: JobsOptions = {
  attempts: 10,
  backoff: { type: 'exponential', delay: 1_000, jitter: 0.5 },
  // Kept for a while, because a job's id only stands in the way of a second one while the job exists.
  removeOnComplete: { age: HOUR_SECONDS, count: 1_000 },
  removeOnFail: { age: 7 * 24 * HOUR_SECONDS, count: 10_000 },
};

const within = async <Result>(work: Promise<Result>, timeoutMs: number): Promise<Result> => {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`Redis did not answer within ${timeoutMs} ms.`));
    }, timeoutMs);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
};

/** Counts jobs that could not be added, and says so without flooding the log. */
const createMissingJobLog = (log: Logger) => {
  let missing = 0;
  let loggedAt = Number.NEGATIVE_INFINITY;
  return (error: unknown): void => {
    missing += 1;
    if (Date.now() - loggedAt < LOG_INTERVAL_MS) return;
    loggedAt = Date.now();
    log.warn(
      { err: error, missingJobs: missing },
      'Jobs could not be added to the expiry queue; the sweep covers them.',
    );
  };
};

/**
 * Produces the jobs of the expiry queue. Redis may be away at start, come and go at any time, or hang: callers
 * never see more of it than half a second, and after the first failure nothing until Redis answers again.
 */
export const createBullmqExpiryScheduler = (options: {
  readonly redisUrl: string;
  /** Prefix of all keys. */
  readonly prefix: string;
  /** Delays are computed from it. */
  readonly clock: Clock;
  readonly log: Logger;
}): BullmqExpiryScheduler => {
  const { clock, log } = options;
  const redis = connectProducerRedis(options.redisUrl, log);
  const queue = new Queue<ExpiryJobData>(EXPIRY_QUEUE_NAME, {
    connection: redis,
    prefix: options.prefix,
    defaultJobOptions: JOB_OPTIONS,
    // With these three the queue sends nothing of its own. Its start-up commands run only once, and a Redis
    // that goes away in the middle of them would leave the queue unusable for good.
    skipWaitingForReady: true,
    skipVersionCheck: true,
    skipMetasUpdate: true,
  });
  queue.on('error', (error) => {
    log.debug({ err: error }, 'The expiry queue reported an error.');
  });
  // Real time, because it is about real connections.
  const breaker = createCircuitBreaker({
    probe: () => redis.ping(),
    clock: systemClock,
    probeIntervalMs: PROBE_INTERVAL_MS,
  });
  redis.on('ready', breaker.onSuccess);
  const reportMissing = createMissingJobLog(log);

  const add = async (
    name: keyof typeof EXPIRY_JOB_NAMES,
    reservationId: string,
    delay: number,
  ): Promise<void> => {
    if (!breaker.allows()) {
      reportMissing(undefined);
      return;
    }
    try {
      const job = queue.add(
        EXPIRY_JOB_NAMES[name],
        { reservationId },
        { jobId: expiryJobId(name, reservationId), delay },
      );
      await within(job, ADD_TIMEOUT_MS);
      breaker.onSuccess();
    } catch (error) {
      breaker.onFailure();
      reportMissing(error);
    }
  };

  return {
    scheduleExpiry: ({ id, expiresAt }) =>
      add('expire', id, Math.max(0, expiresAt.getTime() - clock.now().getTime())),
    scheduleSettlement: (reservationId) => add('settle', reservationId, SETTLEMENT_DELAY_MS),
    waitUntilReady: async (timeoutMs) => {
      if (redis.status === 'ready') return;
      const ready = new Promise<void>((resolve) => {
        redis.once('ready', () => {
          resolve();
        });
      });
      await within(ready, timeoutMs).catch(() => {
        log.warn('Redis is not there yet; starting without it. The sweep covers missing jobs.');
      });
    },
    stop: async () => {
      await queue.close();
      redis.disconnect();
    },
  };
};
