import type { GroupCommitOptions } from './options';

/** Slots for writes in flight. */
export interface Places {
  readonly isFree: () => boolean;
  /** True when idle and anything waits; a concurrent write needs at least `minCompany` entries. */
  readonly isWorthIt: (waiting: number) => boolean;
  /** Occupies a slot. The first call of the returned function, or `yieldAfterMs`, releases it. */
  readonly take: () => () => void;
}

export const createPlaces = (
  options: Required<
    Pick<GroupCommitOptions<unknown, unknown>, 'maxInFlight' | 'minCompany' | 'restMs'>
  > & {
    readonly yieldAfterMs: number | undefined;
    /** Checked when a slot is released: draining skips the rest. */
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
