import { z } from 'zod';
import type { KnownMetrics } from './known-metrics';
import { findQueryProblems } from './promql';

/** The provisioned data source. */
const datasource = z.strictObject({
  type: z.literal('prometheus'),
  uid: z.literal('prometheus'),
});

const GRID_WIDTH = 24;

const base = {
  id: z.int().min(1),
  title: z.string().min(1),
  gridPos: z.strictObject({
    x: z.int().min(0),
    y: z.int().min(0),
    w: z.int().min(1).max(GRID_WIDTH),
    h: z.int().min(1),
  }),
};

const row = z.strictObject({
  ...base,
  type: z.literal('row'),
  collapsed: z.literal(false),
  panels: z.array(z.never()),
});

const chart = z.strictObject({
  ...base,
  type: z.enum(['timeseries', 'stat', 'table', 'heatmap', 'bargauge']),
  description: z.string().min(1).optional(),
  datasource,
  fieldConfig: z.looseObject({ defaults: z.looseObject({ unit: z.string() }) }),
  options: z.looseObject({}),
  targets: z
    .array(
      z.strictObject({
        refId: z.string().regex(/^[A-Z]$/),
        datasource,
        expr: z.string().min(1),
        legendFormat: z.string(),
        instant: z.boolean().optional(),
      }),
    )
    .min(1),
});

const dashboardFile = z.strictObject({
  uid: z.string().regex(/^[a-z0-9-]{1,40}$/),
  title: z.string().min(1),
  description: z.string(),
  tags: z.array(z.string()),
  schemaVersion: z.int().min(39),
  version: z.int(),
  editable: z.literal(false),
  refresh: z.string(),
  time: z.strictObject({ from: z.string(), to: z.string() }),
  timezone: z.string(),
  graphTooltip: z.int(),
  templating: z.strictObject({ list: z.array(z.never()) }),
  annotations: z.strictObject({ list: z.array(z.never()) }),
  panels: z.array(z.discriminatedUnion('type', [row, chart])).min(1),
});

type Panel = z.output<typeof dashboardFile>['panels'][number];

const overlap = ({ gridPos: a }: Panel, { gridPos: b }: Panel): boolean =>
  a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

const findLayoutProblems = (panels: readonly Panel[]): readonly string[] =>
  panels.flatMap((panel, index) => {
    const { title, id, gridPos } = panel;
    const before = panels.slice(0, index);
    return [
      ...(before.some((other) => other.id === id) ? [`${title}: id ${id} is taken`] : []),
      ...(gridPos.x + gridPos.w > GRID_WIDTH ? [`${title}: reaches out of the grid`] : []),
      ...before
        .filter((other) => overlap(panel, other))
        .map((other) => `${title}: lies on "${other.title}"`),
    ];
  });

const findTargetProblems = (panel: Panel, known: KnownMetrics): readonly string[] => {
  if (panel.type === 'row') return [];
  const refIds = new Set(panel.targets.map(({ refId }) => refId));
  return [
    ...(refIds.size < panel.targets.length ? ['two queries have the same refId'] : []),
    ...panel.targets.flatMap(({ expr }) => findQueryProblems(expr, known)),
  ].map((problem) => `${panel.title}: ${problem}`);
};

/** Returns the problems in a dashboard. */
export const findDashboardProblems = (json: string, known: KnownMetrics): readonly string[] => {
  const file = dashboardFile.safeParse(JSON.parse(json));
  if (!file.success) return z.prettifyError(file.error).split('\n');
  const { panels } = file.data;
  return [
    ...findLayoutProblems(panels),
    ...panels.flatMap((panel) => findTargetProblems(panel, known)),
  ];
};
