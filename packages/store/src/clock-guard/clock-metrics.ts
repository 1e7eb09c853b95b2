import type { Metrics } from '@flashreserve/ops';
import { Gauge } from 'prom-client';

/** Shows by how much the component's clock is certainly wrong; returns what sets it. */
export const createClockMetrics = (metrics: Metrics): ((skewSeconds: number) => void) => {
  const skew = new Gauge({
    name: 'flashreserve_clock_skew_seconds',
    help: 'By how much the clock is certainly ahead of that of MongoDB, or behind it when negative.',
    registers: [metrics],
  });
  return (seconds) => {
    skew.set(seconds);
  };
};
