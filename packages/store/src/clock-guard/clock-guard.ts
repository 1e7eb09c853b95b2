import type { Logger } from '@flashreserve/ops';
import { unavailable } from '@flashreserve/rpc';

/** The time of another clock, and the times of ours just before it was asked for and just after it was answered. */
export interface ClockReading {
  readonly asked: Date;
  readonly other: Date;
  readonly answered: Date;
}

/** Keeps a component from deciding by a clock that is wrong. */
export interface ClockGuard {
  /** False when it is turned off: nothing needs to be compared then. */
  readonly isOn: boolean;
  readonly compare: (reading: ClockReading) => void;
  /** False before the first reading, and while the clock is wrong. */
  readonly isRight: () => boolean;
  /** False while the last reading contradicts the ones before it, so that another one should follow soon. */
  readonly isSure: () => boolean;
  /**
   * Makes the named calls answer UNAVAILABLE CLOCK_SKEW, and do nothing, while the clock is not known to be right. The
   * others stay as they are.
   */
  readonly around: <Calls extends object>(calls: Calls, names: readonly (keyof Calls)[]) => Calls;
  /**
   * Makes failures of a call that judges by the clock, such as of a token's age, CLOCK_SKEW while the clock is not known to
   * be right: the caller is not to blame, and another instance may see it differently.
   */
  readonly explain: <Args extends readonly unknown[], Result>(
    call: (...args: Args) => Promise<Result>,
  ) => (...args: Args) => Promise<Result>;
}

/** One reading may be wrong: a clock can be set while the other one is asked. */
const READINGS_TO_CHANGE = 2;

/**
 * By how many milliseconds our clock is certainly ahead (more than 0) or behind (less than 0). The other clock was read at
 * some time between the two of ours, so that a slow answer proves nothing against either clock.
 */
export const certainSkewMs = ({ asked, other, answered }: ClockReading): number => {
  const ahead = asked.getTime() - other.getTime();
  const behind = answered.getTime() - other.getTime();
  if (ahead > 0) return ahead;
  return Math.min(behind, 0);
};

const clockSkew = (cause?: unknown) =>
  unavailable('CLOCK_SKEW', 'The clock of this instance is wrong. Try again shortly.', { cause });

type Call = (...args: readonly unknown[]) => unknown;
const isCall = (value: unknown): value is Call => typeof value === 'function';

/**
 * Compares our clock with another one, of which all instances have the same. The first reading decides at once, later
 * ones when two in a row say the same. `skewMaxMs` is how far apart both may be; 0 turns the guard off.
 */
export const createClockGuard = (options: {
  readonly skewMaxMs: number;
  readonly log: Logger;
  /** Gets the certain skew of each reading, in seconds. */
  readonly report: (skewSeconds: number) => void;
}): ClockGuard => {
  const { skewMaxMs, log, report } = options;
  const isOn = skewMaxMs > 0;
  let right = !isOn;
  let known = false;
  let contradictions = 0;

  const change = (skewMs: number): void => {
    contradictions = 0;
    right = Math.abs(skewMs) <= skewMaxMs;
    const details = { skewMs, skewMaxMs };
    if (!right) log.error(details, 'The clock differs from that of the store; nothing is decided.');
    else if (known) log.info(details, 'The clock is right again.');
    known = true;
  };

  const compare = (reading: ClockReading): void => {
    const skewMs = certainSkewMs(reading);
    report(skewMs / 1_000);
    if (known && Math.abs(skewMs) <= skewMaxMs === right) {
      contradictions = 0;
      return;
    }
    contradictions += 1;
    if (!known || contradictions >= READINGS_TO_CHANGE) change(skewMs);
  };

  const guarded =
    (call: Call): Call =>
    (...args) =>
      right ? call(...args) : Promise.reject(clockSkew());

  return {
    isOn,
    compare,
    isRight: () => right,
    isSure: () => contradictions === 0,
    around: (calls, names) => {
      if (!isOn) return calls;
      const entries = names.flatMap((name) => {
        const call: unknown = calls[name];
        return isCall(call) ? [[name, guarded(call)] as const] : [];
      });
      return { ...calls, ...Object.fromEntries(entries) };
    },
    explain: (call) =>
      isOn
        ? (...args) =>
            call(...args).catch((error: unknown) => {
              throw right ? error : clockSkew(error);
            })
        : call,
  };
};
