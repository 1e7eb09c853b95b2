import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { drawChart } from './chart';
import type { ReportDocument } from './document';

/** More than three decimal places exceed the precision of the measurement. */
const rounded = (_key: string, value: unknown): unknown =>
  typeof value === 'number' ? Math.round(value * 1_000) / 1_000 : value;

/** Writes `results.json` and `chart.svg`, and returns their paths. */
export const writeReport = (folder: string, document: ReportDocument): readonly string[] => {
  mkdirSync(folder, { recursive: true });
  const json = join(folder, 'results.json');
  writeFileSync(json, `${JSON.stringify(document, rounded, 2)}\n`);
  const svg = drawChart(document);
  if (svg === undefined) return [json];
  const chart = join(folder, 'chart.svg');
  writeFileSync(chart, svg);
  return [json, chart];
};
