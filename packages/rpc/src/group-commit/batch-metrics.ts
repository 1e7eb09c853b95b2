import type { Metrics } from '@flashreserve/ops';
import { Gauge, Histogram } from 'prom-client';
import type { GroupLoad, GroupObserver } from './options';

const SIZES = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512];
const SECONDS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5];
const LABELS = ['queue'] as const;

/** Creates observers of group commits, one per queue of a component. */
export type BatchMetrics = (queue: string) => GroupObserver;

/** The load of each queue, read at each scrape. */
const createLoadMetrics = (metrics: Metrics) => {
  const loads = new Map<string, () => GroupLoad>();
  const gauge = (name: string, help: string, read: (load: GroupLoad) => number): void => {
    const made: Gauge<'queue'> = new Gauge({
      name,
      help,
      labelNames: LABELS,
      registers: [metrics],
      collect: () => {
        for (const [queue, load] of loads) made.set({ queue }, read(load()));
      },
    });
  };
  gauge(
    'flashreserve_group_commit_entries',
    'Entries without an outcome: queued or being written.',
    ({ entries }) => entries,
  );
  gauge(
    'flashreserve_group_commit_writes',
    'Writes in progress, including those whose entries have all reached their deadlines.',
    ({ writes }) => writes,
  );
  return (queue: string, load: () => GroupLoad): void => {
    loads.set(queue, load);
  };
};

/**
 * How well requests are batched: batch sizes, remaining queue lengths, queueing and write times.
 */
export const createBatchMetrics = (metrics: Metrics): BatchMetrics => {
  const registers = [metrics];
  const watchLoad = createLoadMetrics(metrics);
  const size = new Histogram({
    name: 'flashreserve_group_commit_batch_size',
    help: 'Entries per write.',
    labelNames: LABELS,
    buckets: SIZES,
    registers,
  });
  const queueLength = new Gauge({
    name: 'flashreserve_group_commit_queue_length',
    help: 'Entries still queued when the last write started.',
    labelNames: LABELS,
    registers,
  });
  const wait = new Histogram({
    name: 'flashreserve_group_commit_wait_seconds',
    help: 'Time that the first entry of a write waited in the queue.',
    labelNames: LABELS,
    buckets: SECONDS,
    registers,
  });
  const duration = new Histogram({
    name: 'flashreserve_group_commit_write_seconds',
    help: 'Duration of a write.',
    labelNames: LABELS,
    buckets: SECONDS,
    registers,
  });
  return (queue) => {
    const [sizes, lengths, waits, durations] = [
      size.labels(queue),
      queueLength.labels(queue),
      wait.labels(queue),
      duration.labels(queue),
    ];
    const observe: GroupObserver = (batch) => {
      sizes.observe(batch.size);
      lengths.set(batch.queueLength);
      waits.observe(batch.waitMs / 1_000);
      durations.observe(batch.durationMs / 1_000);
    };
    return Object.assign(observe, {
      watch: (load: () => GroupLoad) => {
        watchLoad(queue, load);
      },
    });
  };
};
