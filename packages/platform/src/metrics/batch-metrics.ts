import { Gauge, Histogram } from 'prom-client';
import type { BatchFacts } from '../group-commit';
import type { Metrics } from './metrics';

const SIZES = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512];
const SECONDS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5];
const LABELS = ['queue'] as const;

/** Makes observers of group commits, one for each queue of a component. */
export type BatchMetrics = (queue: string) => (batch: BatchFacts) => void;

/** How well requests share: batch sizes, how many were left waiting, how long they waited and how long writes took. */
export const createBatchMetrics = (metrics: Metrics): BatchMetrics => {
  const registers = [metrics];
  const size = new Histogram({
    name: 'flashreserve_group_commit_batch_size',
    help: 'Entries that were written together.',
    labelNames: LABELS,
    buckets: SIZES,
    registers,
  });
  const queueLength = new Gauge({
    name: 'flashreserve_group_commit_queue_length',
    help: 'Entries that were left waiting when the last write began.',
    labelNames: LABELS,
    registers,
  });
  const wait = new Histogram({
    name: 'flashreserve_group_commit_wait_seconds',
    help: 'How long the entry that came first waited for its write to begin.',
    labelNames: LABELS,
    buckets: SECONDS,
    registers,
  });
  const duration = new Histogram({
    name: 'flashreserve_group_commit_write_seconds',
    help: 'How long a write took.',
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
    return (batch) => {
      sizes.observe(batch.size);
      lengths.set(batch.queueLength);
      waits.observe(batch.waitMs / 1_000);
      durations.observe(batch.durationMs / 1_000);
    };
  };
};
