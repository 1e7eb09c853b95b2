import { createFailureLog, type Logger } from '@flashreserve/ops';
import type { Worker } from 'bullmq';
import type { JobReport } from './job-outcome';

/** Makes BullMQ's events visible in the log, each as loudly as it deserves. */
export const logWorkerEvents = (worker: Worker<unknown, JobReport>, log: Logger): void => {
  const logFailure = createFailureLog();
  worker.on('stalled', (jobId) => {
    logFailure({
      log,
      level: 'warn',
      key: 'stalled',
      fields: { jobId },
      message: 'A job was left behind by a worker that died or froze; it runs again.',
    });
  });
  worker.on('failed', (job, error) => {
    if (job === undefined) {
      log.error({ err: error }, 'A job that stalled too often was set aside.');
    } else if (job.finishedOn === undefined) {
      log.debug({ err: error, jobId: job.id, attempts: job.attemptsMade }, 'A job is tried again.');
    } else {
      logFailure({
        log,
        level: 'error',
        key: 'failed',
        fields: { err: error, jobId: job.id, attempts: job.attemptsMade },
        message:
          'A job was set aside in the failed set; the sweep still settles the holds that there are.',
      });
    }
  });
  worker.on('lockRenewalFailed', (jobIds) => {
    logFailure({
      log,
      level: 'warn',
      key: 'locks',
      fields: { jobs: jobIds.length },
      message: 'Locks of jobs under way were lost; the jobs may run twice.',
    });
  });
  worker.on('error', (error) => {
    // Connection errors come with a code, several a second during an outage; the connection logs them itself.
    if ('code' in error) log.debug({ err: error }, 'The connection to the queue failed.');
    else {
      logFailure({
        log,
        level: 'error',
        key: `queue ${error.name}`,
        fields: { err: error },
        message: 'The queue reports an error.',
      });
    }
  });
};
