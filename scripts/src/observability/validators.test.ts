import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findRuleProblems } from './alert-rules';
import { findDashboardProblems } from './dashboard';
import { type KnownMetrics, knownMetrics, readMetricsTable } from './known-metrics';
import { findQueryProblems } from './promql';
import { findScrapeProblems } from './scrape-config';

const read = (file: string): string => readFileSync(join(__dirname, '../../..', file), 'utf8');

const known = knownMetrics(readMetricsTable(read('docs/metrics.md')));

const some: KnownMetrics = new Map([
  ['requests_total', { labels: new Set(['route']) }],
  ['nodejs_lag_seconds', { labels: undefined }],
]);

describe('PromQL queries', () => {
  it.each([
    'sum by (route) (rate(requests_total{route="/a",job="gateway"}[$__rate_interval]))',
    'max(nodejs_lag_seconds{whatever="it has"}) > 1 or requests_total > 2',
  ])('a valid query has no problems: %s', (query) => {
    expect(findQueryProblems(query, some)).toEqual([]);
  });

  it.each([
    ['sum(rate(requests_total[5m])', 'cannot be parsed at character 29'],
    ['rate(request_total[5m])', 'there is no metric "request_total"'],
    ['requests_total{path="/a"}', '"requests_total" has no label "path"'],
    ['{route="/a"}', 'a selector names no metric'],
    ['1 + 1', 'it selects nothing'],
  ])('an invalid query is reported: %s', (query, problem) => {
    expect(findQueryProblems(query, some)).toContain(problem);
  });
});

describe('alert rules', () => {
  const rules = read('deploy/observability/prometheus/alerts.yml');

  it('the rules of this repository query only existing metrics', () => {
    expect(findRuleProblems(rules, known)).toEqual([]);
  });

  it('duplicate names, unknown severities and missing texts are reported', () => {
    expect(
      findRuleProblems(rules.replace('alert: ErrorRate', 'alert: ReserveSlow'), known),
    ).toEqual(['"ReserveSlow" stands there twice']);
    expect(findRuleProblems(rules.replace('severity: page', 'severity: loud'), known)).not.toEqual(
      [],
    );
    expect(findRuleProblems(rules.replace(/ {10}description: .*\n/, ''), known)).not.toEqual([]);
  });
});

describe('dashboard', () => {
  const dashboard = read('deploy/observability/grafana/dashboards/flashreserve.json');
  /** The dashboard with one change in its first chart. */
  const changed = (change: (chart: Record<string, unknown>) => void): string => {
    const copy = JSON.parse(dashboard);
    change(copy.panels.find(({ type }: { readonly type: string }) => type !== 'row'));
    return JSON.stringify(copy);
  };

  it('the dashboard of this repository is valid and queries only existing metrics', () => {
    expect(findDashboardProblems(dashboard, known)).toEqual([]);
  });

  it('the dashboard shows every metric of the sale at least once', () => {
    for (const name of ['hold_requests', 'product_units', 'invariant_violations', 'queue_jobs']) {
      expect(dashboard).toContain(`flashreserve_${name}`);
    }
  });

  it.each<[string, (chart: Record<string, unknown>) => void]>([
    ['a duplicate id', (chart) => Object.assign(chart, { id: 1 })],
    ['another datasource', (chart) => Object.assign(chart, { datasource: { uid: 'mine' } })],
    ['no query', (chart) => Object.assign(chart, { targets: [] })],
    [
      'a position outside the grid',
      (chart) => Object.assign(chart, { gridPos: { x: 23, y: 99, w: 4, h: 4 } }),
    ],
    [
      'the position of another',
      (chart) => Object.assign(chart, { gridPos: { x: 0, y: 0, w: 4, h: 4 } }),
    ],
  ])('a chart with %s is reported', (_what, change) => {
    expect(findDashboardProblems(changed(change), known)).not.toEqual([]);
  });
});

describe('scrape configuration', () => {
  const prometheus = read('deploy/observability/prometheus/prometheus.yml');
  const compose = read('docker-compose.yml');

  it('every component is scraped at the port that compose sets', () => {
    expect(findScrapeProblems(prometheus, compose)).toEqual([]);
  });

  it('a missing component or a wrong port is reported', () => {
    expect(
      findScrapeProblems(prometheus.replace('job_name: auth', 'job_name: oath'), compose),
    ).toEqual(['job "oath" is no component', 'auth is not scraped']);
    expect(findScrapeProblems(prometheus.replace('port: 9464', 'port: 9465'), compose)).toEqual([
      'gateway listens on 9464, not 9465',
    ]);
  });
});
