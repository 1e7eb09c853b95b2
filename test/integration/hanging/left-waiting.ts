/**
 * Counts what a component is still waiting for, by its metrics: unsettled entries of group commits
 * and batched calls, and writes in progress.
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
