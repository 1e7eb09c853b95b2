import { addProcessMetrics, createMetrics } from '@flashreserve/ops';

/** A series that a query may select. */
export interface KnownSeries {
  /** Its labels, without those that Prometheus adds; undefined if unknown. */
  readonly labels: ReadonlySet<string> | undefined;
}

export type KnownMetrics = ReadonlyMap<string, KnownSeries>;

/** A row of the table in docs/metrics.md. */
export interface DocumentedMetric {
  readonly name: string;
  readonly type: string;
  readonly labels: readonly string[];
  /** Components that expose it. */
  readonly components: readonly string[];
  readonly help: string;
}

const ROW = /^\| `(flashreserve_\w+)` +\| (\w+) +\| (.*?) +\| (.*?) +\| (.*?) +\|$/;

const wordsOf = (cell: string): readonly string[] =>
  cell
    .split(',')
    .map((word) => word.replaceAll('`', '').trim())
    .filter((word) => word !== '');

/** The rows of docs/metrics.md, which a test keeps identical to the registered metrics. */
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

/** The series names of a metric: a histogram has three. */
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

/**
 * All series that can be queried: documented ones, those of every process, and Prometheus's own.
 */
export const knownMetrics = (table: readonly DocumentedMetric[]): KnownMetrics =>
  new Map([...table.flatMap(seriesOf), ...processMetrics(), ['up', { labels: new Set<string>() }]]);
