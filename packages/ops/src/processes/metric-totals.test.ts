import { Counter, Gauge, Histogram } from 'prom-client';
import { createMetrics } from '../metrics/metrics';
import type { MetricValues } from './messages';
import { createMetricTotals } from './metric-totals';

/** The metrics of a process that has served so many requests. */
const processWith = async (served: number, more: { readonly up?: number } = {}) => {
  const metrics = createMetrics();
  const registers = [metrics];
  const requests = new Counter({ name: 'served_total', help: '-', labelNames: ['to'], registers });
  const times = new Histogram({ name: 'seconds', help: '-', buckets: [1], registers });
  const open = new Gauge({ name: 'open', help: '-', registers });
  const up = new Gauge({ name: 'up', help: '-', aggregator: 'min', registers });
  const lag = new Gauge({
    name: 'nodejs_eventloop_lag_p99_seconds',
    help: '-',
    aggregator: 'average',
    registers,
  });
  requests.inc({ to: 'all' }, served);
  for (let index = 0; index < served; index += 1) times.observe(0.5);
  open.set(served);
  up.set(more.up ?? 1);
  lag.set(served / 100);
  return metrics.getMetricsAsJSON();
};

const render = (parts: readonly (readonly MetricValues[])[]) => createMetricTotals().render(parts);

describe('metrics of several processes', () => {
  it('counters, histograms and gauges are added up', async () => {
    const text = await render([await processWith(3), await processWith(4)]);

    expect(text).toContain('served_total{to="all"} 7\n');
    expect(text).toContain('seconds_bucket{le="1"} 7\n');
    expect(text).toContain('seconds_count 7\n');
    expect(text).toContain('open 7\n');
  });

  it('one process without a connection shows, and so does the slowest event loop', async () => {
    const text = await render([await processWith(3), await processWith(4, { up: 0 })]);

    expect(text).toContain('up 0\n');
    expect(text).toContain('nodejs_eventloop_lag_p99_seconds 0.04\n');
  });

  it('counts of processes that have exited stay in the totals, their gauges do not', async () => {
    const totals = createMetricTotals();
    totals.retire(await processWith(3));
    totals.retire(await processWith(5));

    const text = await totals.render([await processWith(4)]);

    expect(text).toContain('served_total{to="all"} 12\n');
    expect(text).toContain('seconds_bucket{le="+Inf"} 12\n');
    expect(text).toContain('seconds_sum 6\n');
    expect(text).toContain('open 4\n');
  });

  it('totals of only exited processes are still served', async () => {
    const totals = createMetricTotals();
    totals.retire(await processWith(3));

    expect(await totals.render([])).toContain('served_total{to="all"} 3\n');
  });
});
