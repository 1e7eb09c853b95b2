/** Decides whether an idle group waits for more entries before its next write. */
export interface Gathering {
  /** To be called with the size of a write whose entries have settled. */
  readonly onSettled: (size: number) => void;
  readonly isWorthIt: (waiting: number) => boolean;
}

/** Entries of a write after which more of the same callers are expected. */
const MANY = 8;
/** Callers that were answered longer ago than this, in milliseconds, are not expected any more. */
const RECENTLY_MS = 20;

/** @param enough number of waiting entries that are written without waiting for more */
export const createGathering = (enough: number): Gathering => {
  let size = 0;
  let settledAt = -Infinity;
  return {
    onSettled: (settled) => {
      size = settled;
      settledAt = performance.now();
    },
    isWorthIt: (waiting) =>
      waiting < enough && size >= MANY && performance.now() - settledAt < RECENTLY_MS,
  };
};
