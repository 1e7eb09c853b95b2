import { createFailureLog, type Logger } from '@flashreserve/ops';
import type { Worker } from 'bullmq';
import type { JobReport } from './job-outcome';

/** Logs BullMQ's events, each at an appropriate level. */
export const logWorkerEvents = (worker: Worker<unknown, JobReport>, log: Logger): void => {
  const logFailure = createFailureLog();
  worker.on('stalled', (jobId) => {
    logFailure({
      log,
      level: 'warn',
      key: 'stalled',
      fields: { jobId },
      message: 'A job stalled because its worker died or froze; it runs again.',
    });
  });
  worker.on('failed', (job, error) => {
    if (job === undefined) {
      log.error({ err: error }, 'A job stalled too often and was moved to the failed set.');
    } else if (job.finishedOn === undefined) {
      log.debug(
        { err: error, jobId: job.id, attempts: job.attemptsMade },
        'A job will be retried.',
      );
    } else {
      logFailure({
        log,
        level: 'error',
        key: 'failed',
        fields: { err: error, jobId: job.id, attempts: job.attemptsMade },
        message: 'A job was moved to the failed set; the sweep still settles its holds.',
      });
    }
  });
  worker.on('lockRenewalFailed', (jobIds) => {
    logFailure({
      log,
      level: 'warn',
      key: 'locks',
      fields: { jobs: jobIds.length },
      message: 'Locks of active jobs were lost; the jobs may run twice.',
    });
  });
  worker.on('error', (error) => {
    // Connection errors have a code and come several times a second during an outage; the
    // connection logs them itself.
    if ('code' in error) log.debug({ err: error }, 'The connection to the queue failed.');
    else {
      logFailure({
        log,
        level: 'error',
        key: `queue ${error.name}`,
        fields: { err: error },
        message: 'The queue reported an error.',
      });
    }
  });
};
