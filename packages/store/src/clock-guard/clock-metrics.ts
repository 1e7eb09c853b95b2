import type { Metrics } from '@flashreserve/ops';
import { Gauge } from 'prom-client';

/** Gauge for the certain skew of the component's clock; returns its setter, in seconds. */
export const createClockMetrics = (metrics: Metrics): ((skewSeconds: number) => void) => {
  const skew = new Gauge({
    name: 'flashreserve_clock_skew_seconds',
    help: 'Minimum by which the clock is ahead of that of MongoDB, or behind it if negative.',
    registers: [metrics],
  });
  return (seconds) => {
    skew.set(seconds);
  };
};
