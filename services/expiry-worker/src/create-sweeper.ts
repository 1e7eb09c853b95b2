import { type ComponentBase, runAsTrace } from '@flashreserve/ops';
import type { HoldSettler } from './application/settle-holds';
import { createOverdueSweep } from './application/sweep-overdue-holds';
import type { WorkerConfig } from './config';
import type { WorkerMetrics } from './metrics/worker-metrics';
import { createSweepTimer } from './timer/sweep.timer';

/**
 * Share of the sweep interval that a hold must be overdue before the sweep takes it from its job,
 * and the most of it.
 */
const GRACE_SHARE = 0.1;
const GRACE_MS_MAX = 2_000;

export const createSweeper = (
  { config, log, tracing }: ComponentBase<WorkerConfig>,
  deps: {
    readonly catalog: Parameters<typeof createOverdueSweep>[0]['catalog'];
    readonly settle: HoldSettler['settle'];
    readonly measure: WorkerMetrics;
  },
) => {
  const { catalog, settle, measure } = deps;
  const intervalMs = config.SWEEP_INTERVAL_SECONDS * 1_000;
  const sweepOnce = createOverdueSweep({
    catalog,
    settle,
    graceMs: Math.min(GRACE_MS_MAX, intervalMs * GRACE_SHARE),
    log,
  });
  const sweep = measure.sweep(sweepOnce);
  return createSweepTimer({
    sweep: (signal) => runAsTrace(tracing.tracer, 'sweep', () => sweep(signal)),
    intervalMs,
    log,
  });
};
