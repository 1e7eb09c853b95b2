import { createMetrics, createSilentLogger, type Metrics } from '@flashreserve/ops';
import { createRetention, type RetentionBatch, type RetentionSteps } from './create-retention';
import { createRetentionMetrics } from './retention-metrics';

/** Runs rounds until `ended` and stops. */
const runUntil = async (steps: RetentionSteps, ended: Promise<void>) => {
  const metrics: Metrics = createMetrics();
  const retention = createRetention({
    steps,
    intervalMs: 1,
    log: createSilentLogger(),
    metrics: createRetentionMetrics(metrics),
    batchSize: 10,
  });
  retention.start();
  await ended;
  await retention.stop();
  return metrics.metrics();
};

/** A step with these results; the last one resolves `ended`. */
const stepOf = (results: readonly (number | Error)[]) => {
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const limits: number[] = [];
  const run = async (limit: number): Promise<RetentionBatch> => {
    const result = results[limits.length];
    limits.push(limit);
    if (limits.length >= results.length) end();
    if (result instanceof Error) throw result;
    const handled = result ?? 0;
    return { handled, left: handled < limit ? 'none' : 'more' };
  };
  return { run, ended, limits };
};

describe('the clean-up of old documents', () => {
  it('repeats a step in the same round while it finds full batches', async () => {
    const first = stepOf([10, 10, 3]);
    const second = stepOf([0]);

    const text = await runUntil({ first: first.run, second: second.run }, second.ended);

    expect(first.limits.slice(0, 3)).toEqual([10, 10, 10]);
    expect(text).toContain('flashreserve_retention_documents_total{step="first"} 23');
    expect(text).toMatch(/caught_up_timestamp_seconds\{step="first"\} \d/);
  });

  it('goes on with the other steps when one fails, and retries the failed one in the next round', async () => {
    const failing = stepOf([new Error('away'), 0]);
    const other = stepOf([0]);

    const text = await runUntil({ failing: failing.run, other: other.run }, failing.ended);

    expect(other.limits.length).toBeGreaterThan(0);
    expect(text).toContain('flashreserve_retention_failures_total{step="failing"} 1');
  });

  it('ends while a step keeps finding full batches, after the batch under way', async () => {
    const twice = stepOf([10, 10]);
    const endless = async (limit: number): Promise<RetentionBatch> => {
      await twice.run(limit);
      return { handled: limit, left: 'more' };
    };

    const text = await runUntil({ endless }, twice.ended);

    expect(text).not.toContain('caught_up_timestamp_seconds{step="endless"}');
  });
});
