import { AggregatorRegistry } from 'prom-client';
import type { MetricValues } from './messages';

/**
 * Standard metrics that prom-client would average or omit. The slowest event loop is what an alert
 * must see, and the component started with its first process.
 */
const AGGREGATORS: Readonly<Record<string, MetricValues['aggregator']>> = {
  nodejs_eventloop_lag_seconds: 'max',
  nodejs_eventloop_lag_mean_seconds: 'max',
  nodejs_eventloop_lag_stddev_seconds: 'max',
  nodejs_eventloop_lag_p50_seconds: 'max',
  nodejs_eventloop_lag_p90_seconds: 'max',
  nodejs_eventloop_lag_p99_seconds: 'max',
  process_start_time_seconds: 'min',
};

const withAggregator = (metric: MetricValues): MetricValues => {
  const aggregator = AGGREGATORS[metric.name];
  return aggregator === undefined ? metric : { ...metric, aggregator };
};

const aggregate = (parts: readonly (readonly MetricValues[])[]) =>
  AggregatorRegistry.aggregate(parts.map((metrics) => metrics.map(withAggregator)));

/** prom-client exports the type as a string, although its declaration is a numeric enum. */
const isCumulative = ({ type }: MetricValues): boolean =>
  ['counter', 'histogram'].includes(String(type));

/** Metrics of a component, from those of its processes. */
export interface MetricTotals {
  /**
   * In Prometheus' text format. A metric is the sum over all processes unless its `aggregator` says
   * otherwise.
   */
  readonly render: (parts: readonly (readonly MetricValues[])[]) => Promise<string>;
  /**
   * Keeps the counts of a process that has exited. Without them the totals would decrease, which
   * Prometheus takes for a restart, and would then count the remaining total a second time.
   */
  readonly retire: (metrics: readonly MetricValues[]) => void;
}

export const createMetricTotals = (): MetricTotals => {
  let retired: Promise<readonly MetricValues[]> = Promise.resolve([]);
  return {
    render: async (parts) => {
      // Read before the wait: what retires meanwhile is still among the parts.
      const before = retired;
      return aggregate([...parts, await before]).metrics();
    },
    retire: (metrics) => {
      retired = retired.then((before) =>
        aggregate([before, metrics.filter(isCumulative)]).getMetricsAsJSON(),
      );
    },
  };
};
