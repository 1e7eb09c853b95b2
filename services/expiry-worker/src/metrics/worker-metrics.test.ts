import { createMetrics, createSilentLogger } from '@flashreserve/ops';
import { createWorkerMetrics } from './worker-metrics';

const setUp = () => {
  const metrics = createMetrics();
  return { metrics, measure: createWorkerMetrics(metrics, { log: createSilentLogger() }) };
};

const neverAborted = new AbortController().signal;

describe('the queue length', () => {
  it('the queue length is read at each scrape', async () => {
    const { metrics, measure } = setUp();
    const counts = { waiting: 3, delayed: 40, active: 1, failed: 0 };
    measure.showQueue({ getJobCounts: async () => counts });

    expect(await metrics.metrics()).toContain('flashreserve_queue_jobs{state="delayed"} 40');
    counts.delayed = 39;
    expect(await metrics.metrics()).toContain('flashreserve_queue_jobs{state="delayed"} 39');
  });

  it('the queue length is omitted while Redis hangs, and the scrape still succeeds', async () => {
    const { metrics, measure } = setUp();
    measure.showQueue({ getJobCounts: () => new Promise(() => undefined) });

    const text = await metrics.metrics();

    expect(text).not.toMatch(/^flashreserve_queue_jobs\{/m);
    expect(text).toContain('flashreserve_sweeps_total{result="completed"} 0');
  });
});

describe('metrics of the sweep', () => {
  const REPORT = { released: 2, sold: 1, 'no-hold': 0, 'not-due': 0, failed: 0, pages: 1 };

  it('sweep metrics count the findings and record the last success', async () => {
    const { metrics, measure } = setUp();

    await measure.sweep(async () => REPORT)(neverAborted);

    const text = await metrics.metrics();
    expect(text).toContain('flashreserve_sweep_findings_total{outcome="released"} 2');
    expect(text).toContain('flashreserve_sweep_findings_total{outcome="sold"} 1');
    expect(text).toContain('flashreserve_sweeps_total{result="completed"} 1');
    expect(text).toMatch(/^flashreserve_sweep_last_success_timestamp_seconds 1\d{9}/m);
  });

  it('a sweep that is incomplete or throws counts as failed', async () => {
    const { metrics, measure } = setUp();
    const error = new Error('away');
    const broken = measure.sweep(async () => {
      throw error;
    });

    await measure.sweep(async () => ({ ...REPORT, failed: 4 }))(neverAborted);
    await expect(broken(neverAborted)).rejects.toBe(error);

    const text = await metrics.metrics();
    expect(text).toContain('flashreserve_sweeps_total{result="failed"} 2');
    expect(text).toContain('flashreserve_sweep_last_success_timestamp_seconds 0');
  });
});

describe('a hold that contradicts its reservation', () => {
  it('a contradicting hold counts as an invariant violation', async () => {
    const { metrics, measure } = setUp();

    measure.onContradiction();

    expect(await metrics.metrics()).toContain(
      'flashreserve_invariant_violations_total{invariant="hold_contradicts_reservation"} 1',
    );
  });
});
