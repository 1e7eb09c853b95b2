import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createMetrics, createSilentLogger, type Metrics, systemClock } from '@flashreserve/ops';
import { createGatewayMetrics } from '../../../gateway/src/metrics/gateway-metrics';
import { createAuthMetrics } from '../../../services/auth/src/metrics/auth-metrics';
import { createCatalogMetrics } from '../../../services/catalog/src/metrics/catalog-metrics';
import { createWorkerMetrics } from '../../../services/expiry-worker/src/metrics/worker-metrics';
import { createReservationMetrics } from '../../../services/reservation/src/metrics/reservation-metrics';
import { type DocumentedMetric, readMetricsTable } from './known-metrics';

const log = createSilentLogger();

/** Registers each component's metrics as at startup. */
const COMPONENTS: Readonly<Record<string, (metrics: Metrics) => void>> = {
  gateway: createGatewayMetrics,
  auth: createAuthMetrics,
  catalog: (metrics) => {
    const { showStock } = createCatalogMetrics(metrics, { clock: systemClock, log });
    showStock({ findStockLevels: async () => new Map() });
  },
  reservation: createReservationMetrics,
  'expiry-worker': (metrics) => {
    createWorkerMetrics(metrics, { log }).showQueue({ getJobCounts: async () => ({}) });
  },
};

/** Members of prom-client's metrics that its types omit. */
interface Registered {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly labelNames: readonly string[];
}

const registeredIn = (register: (metrics: Metrics) => void): readonly Registered[] => {
  const metrics = createMetrics();
  register(metrics);
  return metrics.getMetricsAsArray() as unknown as readonly Registered[];
};

const listRegistered = (): readonly DocumentedMetric[] => {
  const byName = new Map<string, DocumentedMetric>();
  for (const [component, register] of Object.entries(COMPONENTS)) {
    for (const { name, help, type, labelNames } of registeredIn(register)) {
      const components = [...(byName.get(name)?.components ?? []), component];
      byName.set(name, { name, type, labels: labelNames, components, help });
    }
  }
  return [...byName.values()];
};

const byName = (metrics: readonly DocumentedMetric[]): readonly DocumentedMetric[] =>
  metrics.toSorted((a, b) => (a.name < b.name ? -1 : 1));

const table = readMetricsTable(readFileSync(join(__dirname, '../../../docs/metrics.md'), 'utf8'));

describe('docs/metrics.md', () => {
  it('docs/metrics.md lists exactly the metrics of the components, with type, labels, components and help', () => {
    expect(byName(table)).toEqual(byName(listRegistered()));
  });

  it('metric names follow the conventions: prefix, counters end in _total, base units', () => {
    for (const { name, type } of table) {
      expect(name).toMatch(/^flashreserve_[a-z_]+$/);
      expect(name.endsWith('_total')).toBe(type === 'counter');
      expect(name).not.toMatch(/_(?:ms|milliseconds|minutes|kilobytes)(?:_|$)/);
    }
  });

  it('no label has values that clients could choose', () => {
    const labels = new Set(table.flatMap((metric) => metric.labels));

    expect([...labels].sort()).toEqual([
      // Ids of API clients that exist, at most 100 per process.
      'client_id',
      'connection',
      'holds',
      'invariant',
      // Aliases of the configured issuers.
      'issuer',
      'kind',
      'method',
      'outcome',
      'product_id',
      'queue',
      'reason',
      'result',
      'route',
      'state',
      'status',
      'step',
    ]);
  });
});
