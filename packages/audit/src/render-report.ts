import { type AuditReport, isClean, type ProductRow } from './report';

const ROWS_MAX = 50;
const FINDINGS_MAX = 50;
const NAME_LENGTH_MAX = 28;

const COLUMNS: readonly { readonly title: string; readonly value: (row: ProductRow) => string }[] =
  [
    {
      title: 'product',
      value: ({ name }) =>
        name.length > NAME_LENGTH_MAX ? `${name.slice(0, NAME_LENGTH_MAX - 3)}...` : name,
    },
    { title: 'stocked', value: ({ stocked }) => String(stocked) },
    { title: 'available', value: ({ available }) => String(available) },
    { title: 'held', value: ({ held }) => String(held) },
    { title: 'sold', value: ({ sold }) => String(sold) },
    { title: 'written off', value: ({ writtenOff }) => String(writtenOff) },
    { title: 'in HELD holds', value: ({ heldInHolds }) => String(heldInHolds) },
    { title: 'in SOLD holds', value: ({ soldInHolds }) => String(soldInHolds) },
    { title: 'verdict', value: ({ problems }) => (problems.length === 0 ? 'ok' : 'WRONG') },
  ];

const renderTable = (rows: readonly ProductRow[]): string => {
  const cells = [
    COLUMNS.map(({ title }) => title),
    ...rows.map((row) => COLUMNS.map(({ value }) => value(row))),
  ];
  const widths = COLUMNS.map((_column, index) =>
    Math.max(...cells.map((line) => line[index]?.length ?? 0)),
  );
  return cells
    .map((line) =>
      line
        .map((cell, index) =>
          index === 0 ? cell.padEnd(widths[index] ?? 0) : cell.padStart(widths[index] ?? 0),
        )
        .join('  '),
    )
    .join('\n');
};

const count = (amount: number, noun: string): string =>
  `${amount} ${noun}${amount === 1 ? '' : 's'}`;

/** The report as text: a table of products (wrong ones first), every finding, and a summary. */
export const renderReport = (report: AuditReport): string => {
  const wrong = report.products.filter(({ problems }) => problems.length > 0);
  const right = report.products.filter(({ problems }) => problems.length === 0);
  const rows = [...wrong, ...right].slice(0, Math.max(ROWS_MAX, wrong.length));
  const lines = [renderTable(rows)];
  const omittedWrong = report.productsWrong - wrong.length;
  const omittedRight = report.productsChecked - rows.length - omittedWrong;
  if (omittedWrong > 0) lines.push(`(${omittedWrong} more products are wrong)`);
  if (omittedRight > 0) lines.push(`(${omittedRight} more products, all ok)`);
  for (const { name, productId, problems } of wrong)
    lines.push(`WRONG  ${name} (${productId}): ${problems.join('; ')}`);
  for (const { reservationId, problem } of report.findings.slice(0, FINDINGS_MAX))
    lines.push(`WRONG  reservation ${reservationId}: ${problem}`);
  if (report.findings.length > FINDINGS_MAX)
    lines.push(`(${report.findings.length - FINDINGS_MAX} more findings)`);
  if (report.findingsOmitted > 0)
    lines.push(`(${report.findingsOmitted} more are suspicious; repair these first)`);
  for (const { productId, problem } of report.ledgerFindings.slice(0, FINDINGS_MAX))
    lines.push(`WRONG  product ${productId}: ${problem}`);
  const counts = [
    count(report.productsChecked, 'product'),
    count(report.holdsChecked, 'hold'),
    count(report.reservationsChecked, 'reservation'),
  ].join(', ');
  lines.push(
    '',
    isClean(report)
      ? `Clean: ${counts}, no difference.`
      : `DIFFERENCES FOUND in ${counts}: ${report.productsWrong + report.ledgerFindings.length} products, ${report.findings.length} reservations.`,
  );
  return lines.join('\n');
};
