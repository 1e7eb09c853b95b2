import { isProblem } from '@flashreserve/client';

/** The responses that buyers received. */
export interface Tally {
  /** Units by outcome. */
  readonly units: {
    reserved: number;
    confirmed: number;
    cancelled: number;
    leftAlone: number;
    /** Of the confirmed ones: sent back and on sale again. */
    restocked: number;
    /** Of the confirmed ones: sent back broken. */
    writtenOff: number;
  };
  /** Units sent back whose return failed, so that they may be returned or not. */
  perhapsReturned: number;
  /** Number of "sold out" responses. */
  refused: number;
  /** Failures by reason or error name; their effect is unknown. */
  readonly failures: Map<string, number>;
  /** Response times of reservation requests in milliseconds, retries included. */
  readonly answerTimesMs: number[];
  /** Expiry of the last abandoned unit, in milliseconds since 1970; 0 without any. */
  lastExpiryAt: number;
}

export const createTally = (): Tally => ({
  units: {
    reserved: 0,
    confirmed: 0,
    cancelled: 0,
    leftAlone: 0,
    restocked: 0,
    writtenOff: 0,
  },
  perhapsReturned: 0,
  refused: 0,
  failures: new Map(),
  answerTimesMs: [],
  lastExpiryAt: 0,
});

export const countFailure = ({ failures }: Tally, error: unknown): void => {
  const name = isProblem(error) ? error.reason : error instanceof Error ? error.name : 'Error';
  failures.set(name, (failures.get(name) ?? 0) + 1);
};

/** The percentile of the values; undefined without values. */
export const percentile = (values: readonly number[], share: number): number | undefined => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)];
};
