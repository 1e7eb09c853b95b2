import type { GroupCommitOptions } from './options';

/** Places for writes in flight. */
export interface Places {
  readonly isFree: () => boolean;
  /** A lone request starts at once; a second write at the same time must be worth it. */
  readonly isWorthIt: (waiting: number) => boolean;
  /** Takes a place, which is left by the first call of what this returns, or after `yieldAfterMs`. */
  readonly take: () => () => void;
}

export const createPlaces = (
  options: Required<
    Pick<GroupCommitOptions<unknown, unknown>, 'maxInFlight' | 'minCompany' | 'restMs'>
  > & {
    readonly yieldAfterMs: number | undefined;
    /** Asked when a place is left: nobody rests on the way out. */
    readonly isDraining: () => boolean;
    readonly onFree: () => void;
  },
): Places => {
  const { maxInFlight, minCompany, restMs, yieldAfterMs, isDraining, onFree } = options;
  let taken = 0;
  const free = (): void => {
    taken -= 1;
    onFree();
  };
  return {
    isFree: () => taken < maxInFlight,
    isWorthIt: (waiting) =>
      waiting > 0 && (taken === 0 || (taken < maxInFlight && waiting >= minCompany)),
    take: () => {
      taken += 1;
      let left = false;
      const leave = (): void => {
        clearTimeout(timer);
        if (left) return;
        left = true;
        if (restMs === 0 || isDraining()) free();
        else setTimeout(free, restMs);
      };
      const timer = yieldAfterMs === undefined ? undefined : setTimeout(leave, yieldAfterMs);
      return leave;
    },
  };
};
