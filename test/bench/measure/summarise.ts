import { median } from '../load/percentile';
import type { Figures, Round, SystemResult } from '../results';

/** The median of every figure over the rounds that have it. */
const mediansOf = (rounds: readonly Round[]): Figures => {
  const names = new Set(rounds.flatMap(({ figures }) => Object.keys(figures)));
  return Object.fromEntries(
    [...names].map((name) => [name, median(rounds.flatMap(({ figures }) => figures[name] ?? []))]),
  );
};

/** Summarizes the rounds of one system. */
export const summarise = (label: string, rounds: readonly Round[]): SystemResult => ({
  label,
  medians: mediansOf(rounds),
  rounds,
});
