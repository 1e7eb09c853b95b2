import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type RecoverySummary, readResults, type Summary, summarise } from './results';
import { writeSection } from './section';
import { number, table } from './table';

/** Paths relative to the root of the repository. */
export const RESULTS_FILE = 'docs/reliability/seeds.jsonl';
export const TIMELINE_FILE = 'docs/reliability/timeline.svg';

const totalsTable = (summary: Summary): string =>
  table(
    ['Total', 'Number'],
    [
      ['Seeds', summary.seeds],
      ['Minutes under load', summary.minutes],
      ['Requests', summary.requests],
      ...Object.entries(summary.byStatusClass).map(
        ([name, count]) => [`Requests: ${name}`, count] as const,
      ),
      ['Acknowledged reservations', summary.reservationsAcknowledged],
      ['Acknowledged confirmations', summary.confirmationsAcknowledged],
      ['Acknowledged cancellations', summary.cancellationsAcknowledged],
      ['Faults', Object.values(summary.faultsByKind).reduce((total, count) => total + count, 0)],
    ],
  );

const milliseconds = (value: number | undefined): string =>
  value === undefined ? '' : number(Math.round(value));

const recoveryRow = (row: RecoverySummary): readonly (string | number)[] => [
  `${row.fault}: ${row.target}`,
  row.count,
  milliseconds(row.medianMs),
  milliseconds(row.maxMs),
  row.masked,
  row.notSeen,
];

const verdictText = ({ uncleanSeeds, seeds }: Summary): string =>
  uncleanSeeds.length === 0
    ? `${number(seeds)} of ${number(seeds)} seeds kept every invariant.`
    : `**${uncleanSeeds.length} of ${number(seeds)} seeds violated an invariant: ${uncleanSeeds.join(', ')}.**`;

const RECOVERY_TEXT = `Time from the start of a fault until the first half second in which reserve calls get a response and no call fails (no
response, or a 5xx). 0 means that no call failed, although some may have taken longer. A recovery is masked if the next
fault began before it.`;

/** The section in Markdown, without its markers. `picture` is a path relative to the report. */
export const renderChaos = (summary: Summary, picture?: string): string => {
  if (summary.seeds === 0) return '## Chaos\n\nNothing was recorded yet.';
  const commits = summary.commits.map((commit) => `\`${commit}\``).join(', ');
  return [
    '## Chaos',
    `${verdictText(summary)} Measured at ${commits}; each seed can be run again with \`npm run chaos -- --seed N\`.`,
    ...(picture === undefined
      ? []
      : [`![Timeline of one run: requests per second, p99 latency, faults](${picture})`]),
    totalsTable(summary),
    table(['Database', 'Seeds'], Object.entries(summary.seedsByStore)),
    table(
      ['Invariant', 'Checked', 'Violations'],
      summary.invariants.map(({ name, checked, violationsTotal }) => [
        name,
        checked,
        violationsTotal,
      ]),
    ),
    table(['Kind of fault', 'Times'], Object.entries(summary.faultsByKind)),
    table(['Killed (`kill -9`)', 'Times'], Object.entries(summary.killsByTarget)),
    '### Recovery by fault',
    RECOVERY_TEXT,
    table(
      ['Fault', 'Seen', 'Median ms', 'Max ms', 'Masked', 'Run ended first'],
      summary.recovery.map(recoveryRow),
    ),
  ].join('\n\n');
};

/** Regenerates the section from all recorded seeds. */
export const updateReport = (root: string): void => {
  const summary = summarise(readResults(join(root, RESULTS_FILE)));
  const picture = existsSync(join(root, TIMELINE_FILE)) ? 'reliability/timeline.svg' : undefined;
  writeSection(root, 'chaos', renderChaos(summary, picture));
};
