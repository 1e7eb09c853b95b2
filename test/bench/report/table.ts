import { median } from '../load/percentile';
import type { BenchResults, Comparison, Round, SystemResult } from '../results';
import { renderColumns } from './columns';
import type { Verdict } from './verdict';

const whole = (value: number | undefined): string =>
  value === undefined ? '' : Math.round(value).toLocaleString('en');
const fixed = (value: number | undefined, digits: number): string =>
  value === undefined ? '' : value.toFixed(digits);

const LOAD_HEAD = [
  'scenario',
  'system',
  'per second',
  'p50 ms',
  'p99 ms',
  'other answers',
  'errors',
  'CPU ms/request',
  'load CPU ms/request',
] as const;

const loadRow = ({ title }: Comparison, { label, medians }: SystemResult): readonly string[] => [
  title,
  label,
  whole(medians['perSecond']),
  fixed(medians['p50Ms'], 1),
  fixed(medians['p99Ms'], 1),
  whole(medians['otherAnswers']),
  whole(medians['errors']),
  fixed(medians['cpuMsPerRequest'], 2),
  fixed(medians['loadCpuMsPerRequest'], 2),
];

const STANDARD = new Set([
  'perSecond',
  'p50Ms',
  'p99Ms',
  'otherAnswers',
  'errors',
  'cpuMsPerRequest',
  'cpuMsPerCounted',
  'loadCpuMsPerRequest',
  'maxMs',
]);

/** Figures of some scenarios only. */
const furtherFigures = ({ comparisons }: BenchResults): string => {
  const rows = comparisons.flatMap(({ title, systems }) =>
    systems.flatMap(({ label, medians }) =>
      Object.entries(medians)
        .filter(([name]) => !STANDARD.has(name))
        .map(([name, value]) => [title, label, name, fixed(value, 2)]),
    ),
  );
  return rows.length === 0 ? '' : renderColumns([['further figures', 'system', '', ''], ...rows]);
};

interface ProcessMedians {
  readonly name: string;
  readonly cpuMsPerRequest: number;
  readonly rssMb: number;
}

/** Medians over the rounds, of each process that was there in the last. */
export const processMedians = (rounds: readonly Round[]): readonly ProcessMedians[] => {
  const usages = rounds.flatMap(({ answers, processes }) => {
    const requests = Object.values(answers).reduce((sum, count) => sum + count, 0);
    return processes.map(({ name, cpuMs, rssMb }) => ({
      name,
      cpuMsPerRequest: cpuMs / Math.max(1, requests),
      rssMb,
    }));
  });
  return (rounds.at(-1)?.processes ?? []).map(({ name }) => {
    const own = usages.filter((usage) => usage.name === name);
    return {
      name,
      cpuMsPerRequest: median(own.map(({ cpuMsPerRequest }) => cpuMsPerRequest)),
      rssMb: median(own.map(({ rssMb }) => rssMb)),
    };
  });
};

const processTable = ({ comparisons }: BenchResults): string =>
  renderColumns([
    ['CPU ms per request, medians', 'system', 'process', 'CPU ms/request', 'RSS MB'],
    ...comparisons.flatMap(({ title, systems }) =>
      systems.flatMap(({ label, rounds }) =>
        processMedians(rounds).map(({ name, cpuMsPerRequest, rssMb }) => [
          title,
          label,
          name,
          fixed(cpuMsPerRequest, 3),
          whole(rssMb),
        ]),
      ),
    ),
  ]);

const memoryTable = ({ memory }: BenchResults): string =>
  renderColumns([
    ['memory of', 'stage', 'stack', 'start MB', 'end MB', 'ratio'],
    ...memory.map(({ stage, name, stack, startMb, endMb }) => [
      name,
      stage,
      stack,
      whole(startMb),
      whole(endMb),
      fixed(endMb / startMb, 2),
    ]),
  ]);

const verdictTable = (verdicts: readonly Verdict[]): string =>
  renderColumns([
    ['target', '', 'measured', 'reached'],
    ...verdicts.map(({ what, target, measured, unit, isReached }) => [
      what,
      target,
      `${measured.toFixed(2)}${unit}`,
      isReached ? 'yes' : 'NO',
    ]),
  ]);

const auditLine = ({ audits }: BenchResults): string => {
  const wrong = audits.filter(({ problems }) => problems.length > 0);
  return wrong.length === 0
    ? `All ${audits.length} audits are clean.`
    : wrong
        .map(
          ({ scenario, system, problems }) =>
            `AUDIT of ${system} after ${scenario}:\n  ${problems.join('\n  ')}`,
        )
        .join('\n');
};

const failureText = ({ failures }: BenchResults): string =>
  failures.length === 0 ? '' : `NOT COMPLETED:\n  ${failures.join('\n  ')}`;

const logText = ({ logLines }: BenchResults): string =>
  logLines.length === 0
    ? 'The processes logged nothing unusual.'
    : `The processes logged:\n  ${logLines.join('\n  ')}`;

/** The results as tables for a terminal: details first, verdicts last. */
export const renderTables = (results: BenchResults, verdicts: readonly Verdict[]): string =>
  [
    processTable(results),
    memoryTable(results),
    logText(results),
    furtherFigures(results),
    renderColumns([
      LOAD_HEAD,
      ...results.comparisons.flatMap((comparison) =>
        comparison.systems.map((system) => loadRow(comparison, system)),
      ),
    ]),
    auditLine(results),
    failureText(results),
    verdictTable(verdicts),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
