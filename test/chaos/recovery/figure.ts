/** One measured recovery, over several rounds. */
export interface Figure {
  /** What was done, and to what. */
  readonly name: string;
  /** What was measured, with its unit. */
  readonly measure: string;
  /** One value for each round, in the order in which they were measured. */
  readonly values: readonly number[];
  /** No value may be above it. */
  readonly limit: number;
}

export const isReached = ({ values, limit }: Figure): boolean =>
  values.length > 0 && values.every((value) => value <= limit);

export const medianOf = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
};
