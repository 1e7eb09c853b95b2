import { isProblem } from '@flashreserve/client';

/** What the buyers were told. */
export interface Tally {
  /** Units by what became of them. */
  readonly units: { reserved: number; confirmed: number; cancelled: number; leftAlone: number };
  /** Times that a buyer heard "sold out". */
  refused: number;
  /** Failures by their reason or name; what they left behind is not known. */
  readonly failures: Map<string, number>;
  /** Milliseconds from asking for a unit to an answer, repeats included. */
  readonly answerTimesMs: number[];
  /** When the last unit that was left alone falls due, in milliseconds since 1970; 0 without any. */
  lastExpiryAt: number;
}

export const createTally = (): Tally => ({
  units: { reserved: 0, confirmed: 0, cancelled: 0, leftAlone: 0 },
  refused: 0,
  failures: new Map(),
  answerTimesMs: [],
  lastExpiryAt: 0,
});

export const countFailure = ({ failures }: Tally, error: unknown): void => {
  const name = isProblem(error) ? error.reason : error instanceof Error ? error.name : 'Error';
  failures.set(name, (failures.get(name) ?? 0) + 1);
};

/** The value below which `share` of all values are; undefined without values. */
export const percentile = (values: readonly number[], share: number): number | undefined => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)];
};
