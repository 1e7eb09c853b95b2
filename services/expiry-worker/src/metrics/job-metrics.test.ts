import { createMetrics } from '@flashreserve/ops';
import { DelayedError } from 'bullmq';
import type { JobReport } from '../bullmq/job-outcome';
import { createJobMetrics, type DueJob } from './job-metrics';

const REPORT: JobReport = { released: 1, sold: 0, noHold: 0, changed: 1 };

const jobDueAgo = (ms: number, attemptsStarted = 1): DueJob => ({
  timestamp: Date.now() - ms - 60_000,
  opts: { delay: 60_000 },
  attemptsStarted,
});

const run = async (job: DueJob, process: () => Promise<JobReport>) => {
  const metrics = createMetrics();
  const outcome = await createJobMetrics(metrics)(process)(job).then(
    (report) => ({ report }),
    (error: unknown) => ({ error }),
  );
  return { outcome, text: await metrics.metrics() };
};

describe('metrics of jobs', () => {
  it('the delay of a job is measured from its due time', async () => {
    const { outcome, text } = await run(jobDueAgo(7_000), async () => REPORT);

    expect(outcome).toEqual({ report: REPORT });
    expect(text).toContain('flashreserve_expiry_job_delay_seconds_bucket{le="5"} 0');
    expect(text).toContain('flashreserve_expiry_job_delay_seconds_bucket{le="10"} 1');
    expect(text).toContain('flashreserve_expiry_jobs_total{result="completed"} 1');
  });

  it('the delay is measured for the first attempt only', async () => {
    const { text } = await run(jobDueAgo(7_000, 2), async () => REPORT);

    expect(text).toContain('flashreserve_expiry_job_delay_seconds_count 0');
  });

  it.each([
    ['put_back', new DelayedError()],
    ['failed', new Error('away')],
  ])('a job that was %s is counted and its error rethrown', async (result, error) => {
    const { outcome, text } = await run(jobDueAgo(0), async () => {
      throw error;
    });

    expect(outcome).toEqual({ error });
    expect(text).toContain(`flashreserve_expiry_jobs_total{result="${result}"} 1`);
  });
});
