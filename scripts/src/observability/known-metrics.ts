import { addProcessMetrics, createMetrics } from '@flashreserve/ops';

/** A series that a query may name. */
export interface KnownSeries {
  /** Labels that it has, without those that Prometheus adds; undefined when they are not known. */
  readonly labels: ReadonlySet<string> | undefined;
}

export type KnownMetrics = ReadonlyMap<string, KnownSeries>;

/** A row of the table in docs/metrics.md. */
export interface DocumentedMetric {
  readonly name: string;
  readonly type: string;
  readonly labels: readonly string[];
  /** Components that have it. */
  readonly components: readonly string[];
  readonly help: string;
}

const ROW = /^\| `(flashreserve_\w+)` +\| (\w+) +\| (.*?) +\| (.*?) +\| (.*?) +\|$/;

const wordsOf = (cell: string): readonly string[] =>
  cell
    .split(',')
    .map((word) => word.replaceAll('`', '').trim())
    .filter((word) => word !== '');

/** The rows of docs/metrics.md, which a test keeps equal to what the components register. */
export const readMetricsTable = (markdown: string): readonly DocumentedMetric[] =>
  markdown.split('\n').flatMap((line) => {
    const [, name, type, labels, components, help] = ROW.exec(line) ?? [];
    if (name === undefined || type === undefined) return [];
    return [
      {
        name,
        type,
        labels: wordsOf(labels ?? ''),
        components: wordsOf(components ?? ''),
        help: help ?? '',
      },
    ];
  });

/** The names under which a metric is stored: a histogram has three. */
const seriesOf = ({ name, type, labels }: DocumentedMetric): readonly [string, KnownSeries][] => {
  if (type !== 'histogram') return [[name, { labels: new Set(labels) }]];
  return [
    [`${name}_bucket`, { labels: new Set([...labels, 'le']) }],
    [`${name}_sum`, { labels: new Set(labels) }],
    [`${name}_count`, { labels: new Set(labels) }],
  ];
};

const processMetrics = (): readonly [string, KnownSeries][] => {
  const metrics = createMetrics();
  addProcessMetrics(metrics);
  return metrics.getMetricsAsArray().map(({ name }) => [name, { labels: undefined }]);
};

/** All that can be asked for: what is documented, what every process has, and what Prometheus itself makes. */
export const knownMetrics = (table: readonly DocumentedMetric[]): KnownMetrics =>
  new Map([...table.flatMap(seriesOf), ...processMetrics(), ['up', { labels: new Set<string>() }]]);
