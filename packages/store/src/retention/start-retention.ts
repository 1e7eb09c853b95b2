import type { ComponentBase } from '@flashreserve/ops';
import { createRetention, type RetentionSteps } from './create-retention';
import type { RetentionConfig } from './retention-fields';
import { createRetentionMetrics } from './retention-metrics';

/** Starts the clean-up of old documents unless RETENTION_INTERVAL_SECONDS disables it. */
export const startRetention = (
  { config, log, metrics, lifecycle }: ComponentBase<RetentionConfig>,
  steps: RetentionSteps,
): void => {
  if (config.RETENTION_INTERVAL_SECONDS === 0) return;
  const retention = createRetention({
    steps,
    intervalMs: config.RETENTION_INTERVAL_SECONDS * 1_000,
    log,
    metrics: createRetentionMetrics(metrics),
  });
  lifecycle.onStop('retention', retention.stop);
  retention.start();
};
