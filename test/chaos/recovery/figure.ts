/** One recovery measurement, over several rounds. */
export interface Figure {
  /** The fault and its target. */
  readonly name: string;
  /** What was measured, with its unit. */
  readonly measure: string;
  /** One value per round, in order. */
  readonly values: readonly number[];
  /** Upper limit of all values. */
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
