import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findRuleProblems } from './observability/alert-rules';
import { findDashboardProblems } from './observability/dashboard';
import { knownMetrics, readMetricsTable } from './observability/known-metrics';
import { findScrapeProblems } from './observability/scrape-config';
import { type CommandLine, readOptions } from './options';
import { reportFailure, TaskError, type TaskInput } from './task';

const FILES = {
  table: 'docs/metrics.md',
  rules: 'deploy/observability/prometheus/alerts.yml',
  scrape: 'deploy/observability/prometheus/prometheus.yml',
  dashboard: 'deploy/observability/grafana/dashboards/flashreserve.json',
  compose: 'docker-compose.yml',
} as const;

const OBSERVABILITY_CHECK = {
  command: 'node scripts/run.mjs observability-check',
  about: "Checks alert rules, dashboard and scrape configuration against the components' metrics.",
  options: {},
} as const satisfies CommandLine;

/** @throws TaskError that lists all problems */
const check = (root: string): void => {
  const read = (file: keyof typeof FILES): string => readFileSync(join(root, FILES[file]), 'utf8');
  const known = knownMetrics(readMetricsTable(read('table')));
  const problems = Object.entries({
    [FILES.rules]: findRuleProblems(read('rules'), known),
    [FILES.dashboard]: findDashboardProblems(read('dashboard'), known),
    [FILES.scrape]: findScrapeProblems(read('scrape'), read('compose')),
  }).flatMap(([file, found]) => found.map((problem) => `${file}: ${problem}`));
  if (problems.length > 0) throw new TaskError(problems.join('\n'));
};

/** Checks alert rules, dashboard and scrape configuration against the components' metrics. */
export const main = ({ root, args }: TaskInput): void => {
  try {
    readOptions(OBSERVABILITY_CHECK, args);
    check(root);
  } catch (error) {
    reportFailure(error);
  }
};
