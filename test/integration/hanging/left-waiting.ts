/**
 * Counts what a component still waits for, by its metrics: entries of group commits and of shared calls that have no
 * outcome, and writes that have not ended.
 */
export const leftWaiting = async (
  metricsUrl: string,
  what: 'entries' | 'writes',
): Promise<number> => {
  const text = await (await fetch(metricsUrl)).text();
  return text
    .split('\n')
    .filter((line) => line.startsWith(`flashreserve_group_commit_${what}{`))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
};
