/** Thousands separators, and at most one decimal place. */
export const number = (value: number): string =>
  value.toLocaleString('en', { maximumFractionDigits: 1 });

/** A Markdown table; all columns except the first are numbers. */
export const table = (
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string => {
  const cells = (row: readonly (string | number)[]): string =>
    `| ${row.map((cell) => (typeof cell === 'number' ? number(cell) : cell)).join(' | ')} |`;
  const [, ...others] = head;
  return [cells(head), `|---|${others.map(() => '---:|').join('')}`, ...rows.map(cells)].join('\n');
};
