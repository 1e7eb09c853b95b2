/** For people: thousands apart, one digit after the point at most. */
export const number = (value: number): string =>
  value.toLocaleString('en', { maximumFractionDigits: 1 });

/** A table in Markdown; all columns but the first are numbers. */
export const table = (
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string => {
  const cells = (row: readonly (string | number)[]): string =>
    `| ${row.map((cell) => (typeof cell === 'number' ? number(cell) : cell)).join(' | ')} |`;
  const [, ...others] = head;
  return [cells(head), `|---|${others.map(() => '---:|').join('')}`, ...rows.map(cells)].join('\n');
};
