import { createMetrics } from '@flashreserve/ops';
import { createBatchMetrics } from './batch-metrics';

describe('metrics of group commits', () => {
  it('batch size, queue length, wait and write times are measured per queue', async () => {
    const metrics = createMetrics();
    const forQueue = createBatchMetrics(metrics);

    forQueue('inserts')({ size: 60, queueLength: 7, waitMs: 3, durationMs: 12 });
    forQueue('confirms')({ size: 1, queueLength: 0, waitMs: 0, durationMs: 2 });

    const text = await metrics.metrics();
    expect(text).toContain('flashreserve_group_commit_batch_size_sum{queue="inserts"} 60');
    expect(text).toContain('flashreserve_group_commit_batch_size_count{queue="confirms"} 1');
    expect(text).toContain('flashreserve_group_commit_queue_length{queue="inserts"} 7');
    expect(text).toContain('flashreserve_group_commit_wait_seconds_sum{queue="inserts"} 0.003');
    expect(text).toContain('flashreserve_group_commit_write_seconds_sum{queue="inserts"} 0.012');
  });
});
