import type { ComponentBase } from '@flashreserve/ops';
import { createRetention, type RetentionSteps } from './create-retention';
import type { RetentionConfig } from './retention-fields';
import type { RetentionMetrics } from './retention-metrics';

/** Starts the clean-up of old documents unless RETENTION_INTERVAL_SECONDS disables it. */
export const startRetention = (
  { config, log, lifecycle }: ComponentBase<RetentionConfig>,
  deps: { readonly steps: RetentionSteps; readonly metrics: RetentionMetrics },
): void => {
  if (config.RETENTION_INTERVAL_SECONDS === 0) return;
  const retention = createRetention({
    ...deps,
    intervalMs: config.RETENTION_INTERVAL_SECONDS * 1_000,
    log,
  });
  lifecycle.onStop('retention', retention.stop);
  retention.start();
};
