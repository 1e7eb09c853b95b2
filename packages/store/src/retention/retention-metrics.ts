import { Counter, Gauge, type Metrics } from '@flashreserve/ops';

/** Metrics of the clean-up of old documents. */
export interface RetentionMetrics {
  readonly onHandled: (step: string, documents: number) => void;
  /** The step has nothing left to do. */
  readonly onCaughtUp: (step: string) => void;
  readonly onFailure: (step: string) => void;
}

export const createRetentionMetrics = (metrics: Metrics): RetentionMetrics => {
  const labelNames = ['step'] as const;
  const registers = [metrics];
  const documents = new Counter({
    name: 'flashreserve_retention_documents_total',
    help: 'Old documents that the clean-up has folded or deleted.',
    labelNames,
    registers,
  });
  const failures = new Counter({
    name: 'flashreserve_retention_failures_total',
    help: 'Failed steps of the clean-up; each is retried in the next round.',
    labelNames,
    registers,
  });
  const caughtUp = new Gauge({
    name: 'flashreserve_retention_caught_up_timestamp_seconds',
    help: 'When a step of the clean-up last had nothing left to do.',
    labelNames,
    registers,
  });
  return {
    onHandled: (step, count) => {
      documents.inc({ step }, count);
    },
    onCaughtUp: (step) => {
      caughtUp.setToCurrentTime({ step });
    },
    onFailure: (step) => {
      failures.inc({ step });
    },
  };
};
