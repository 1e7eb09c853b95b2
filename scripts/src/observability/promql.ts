import { parser } from '@prometheus-io/lezer-promql';
import type { KnownMetrics } from './known-metrics';

type SyntaxNode = ReturnType<typeof parser.parse>['topNode'];

/** Labels that every series has, from Prometheus. */
const TARGET_LABELS: ReadonlySet<string> = new Set(['job', 'instance']);

/** Grafana substitutes these before it queries; any value works for parsing the rest. */
const GRAFANA_VARIABLES = /\$(?:__rate_interval|__interval|__range)\b/g;

/** The metric name and matcher labels of one selector. */
interface Selector {
  readonly metric: string;
  readonly labels: readonly string[];
}

const textOf = (query: string, node: SyntaxNode): string => query.slice(node.from, node.to);

const readSelector = (query: string, node: SyntaxNode): Selector => {
  const name = node.getChild('Identifier');
  const matchers = node.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? [];
  return {
    metric: name === null ? '' : textOf(query, name),
    labels: matchers.flatMap((matcher) => {
      const label = matcher.getChild('LabelName');
      return label === null ? [] : [textOf(query, label)];
    }),
  };
};

const checkSelector = ({ metric, labels }: Selector, known: KnownMetrics): readonly string[] => {
  if (metric === '') return ['a selector names no metric'];
  const series = known.get(metric);
  if (series === undefined) return [`there is no metric "${metric}"`];
  return labels
    .filter((label) => !(TARGET_LABELS.has(label) || (series.labels?.has(label) ?? true)))
    .map((label) => `"${metric}" has no label "${label}"`);
};

/** Returns the problems in a query: it cannot be parsed, or it uses unknown metrics or labels. */
export const findQueryProblems = (given: string, known: KnownMetrics): readonly string[] => {
  const query = given.replaceAll(GRAFANA_VARIABLES, '5m');
  const problems: string[] = [];
  let selectors = 0;
  parser.parse(query).iterate({
    enter: ({ type, name, node, from }) => {
      if (type.isError) problems.push(`cannot be parsed at character ${from + 1}`);
      if (name !== 'VectorSelector') return;
      selectors += 1;
      problems.push(...checkSelector(readSelector(query, node), known));
    },
  });
  return selectors === 0 ? [...problems, 'it selects nothing'] : problems;
};
