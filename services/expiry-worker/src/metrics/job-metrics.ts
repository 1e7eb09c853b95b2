import { Counter, Histogram, type Metrics } from '@flashreserve/ops';
import { DelayedError } from 'bullmq';
import type { JobReport } from '../bullmq/job-outcome';

/** The fields of a BullMQ job from which its due time follows. */
export interface DueJob {
  /** When the job was added, in milliseconds since 1970 by its producer's clock. */
  readonly timestamp: number;
  readonly opts: { readonly delay?: number };
  /** Attempts so far, including this one. */
  readonly attemptsStarted: number;
}

type Process<Job> = (job: Job, token?: string) => Promise<JobReport>;

/** Instruments a job processor. */
export type JobMetrics = <Job>(process: Process<Job>) => Process<Job & DueJob>;

const RESULTS = ['completed', 'put_back', 'failed'] as const;
const DELAY_SECONDS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];
const DURATION_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60];

export const createJobMetrics = (metrics: Metrics): JobMetrics => {
  const registers = [metrics];
  const jobs = new Counter({
    name: 'flashreserve_expiry_jobs_total',
    help: 'Attempts of jobs, by result: completed, put_back because it was not due, or failed.',
    labelNames: ['result'] as const,
    registers,
  });
  const delays = new Histogram({
    name: 'flashreserve_expiry_job_delay_seconds',
    help: 'Time from when a job was due until its first attempt.',
    buckets: DELAY_SECONDS,
    registers,
  });
  const durations = new Histogram({
    name: 'flashreserve_expiry_job_duration_seconds',
    help: 'Duration of an attempt of a job.',
    buckets: DURATION_SECONDS,
    registers,
  });
  for (const result of RESULTS) jobs.inc({ result }, 0);

  const observeDelay = ({ timestamp, opts, attemptsStarted }: DueJob): void => {
    // The due time of a job that was put back or retried is a different one.
    if (attemptsStarted > 1) return;
    const late = Date.now() - timestamp - (opts.delay ?? 0);
    // Clocks differ; an early job counts as on time.
    delays.observe(Math.max(0, late) / 1_000);
  };
  return (process) => async (job, token) => {
    observeDelay(job);
    const startedAt = performance.now();
    let result: (typeof RESULTS)[number] = 'failed';
    try {
      const report = await process(job, token);
      result = 'completed';
      return report;
    } catch (error) {
      if (error instanceof DelayedError) result = 'put_back';
      throw error;
    } finally {
      jobs.inc({ result });
      durations.observe((performance.now() - startedAt) / 1_000);
    }
  };
};
