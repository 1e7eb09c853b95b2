import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type RecoverySummary, readResults, type Summary, summarise } from './results';

export const CHAOS_START = '<!-- chaos:start -->';
export const CHAOS_END = '<!-- chaos:end -->';

/** Where things are, from the root of the repository. */
export const REPORT_FILE = 'docs/reliability.md';
export const SEEDS_FOLDER = 'docs/reliability/seeds';
export const TIMELINE_FILE = 'docs/reliability/timeline.svg';

const number = (value: number): string => value.toLocaleString('en', { maximumFractionDigits: 1 });

const table = (
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string => {
  const cells = (row: readonly (string | number)[]): string =>
    `| ${row.map((cell) => (typeof cell === 'number' ? number(cell) : cell)).join(' | ')} |`;
  const [, ...others] = head;
  return [cells(head), `|---|${others.map(() => '---:|').join('')}`, ...rows.map(cells)].join('\n');
};

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

const RECOVERY_TEXT = `Time from the beginning of a fault until half a second in which reserve calls are answered and no call that is sent
fails (no answer, or a 5xx). 0 means that no call failed, though some may have waited longer. A recovery is masked when
the next fault began first.`;

/** The section in Markdown, without its markers. `picture` is a path from the report's own folder. */
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

/**
 * Puts the section between its markers. Other text stays as it is; without markers the section comes last.
 *
 * @throws Error when there is only one marker, or they are in the wrong order
 */
export const replaceSection = (text: string, section: string): string => {
  const marked = `${CHAOS_START}\n${section}\n${CHAOS_END}`;
  const start = text.indexOf(CHAOS_START);
  const end = text.indexOf(CHAOS_END);
  if (start === -1 && end === -1) return `${text.trimEnd()}\n\n${marked}\n`;
  if (start === -1 || end < start) {
    throw new Error(`${REPORT_FILE} must have ${CHAOS_START} and then ${CHAOS_END}.`);
  }
  return text.slice(0, start) + marked + text.slice(end + CHAOS_END.length);
};

/** Writes the section anew from all recorded seeds. */
export const updateReport = (root: string): void => {
  const file = join(root, REPORT_FILE);
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '# Reliability\n';
  const summary = summarise(readResults(join(root, SEEDS_FOLDER)));
  const picture = existsSync(join(root, TIMELINE_FILE)) ? 'reliability/timeline.svg' : undefined;
  mkdirSync(join(root, 'docs'), { recursive: true });
  writeFileSync(file, replaceSection(text, renderChaos(summary, picture)));
};
