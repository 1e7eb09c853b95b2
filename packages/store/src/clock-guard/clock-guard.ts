import type { Logger } from '@flashreserve/ops';
import { unavailable } from '@flashreserve/rpc';

/** The time of a reference clock, and our time just before the request and just after the reply. */
export interface ClockReading {
  readonly asked: Date;
  readonly other: Date;
  readonly answered: Date;
}

/** Stops a component from making time-dependent decisions while its clock is wrong. */
export interface ClockGuard {
  /** False when the guard is disabled; no readings are needed then. */
  readonly isOn: boolean;
  readonly compare: (reading: ClockReading) => void;
  /** False before the first reading, and while the clock is wrong. */
  readonly isRight: () => boolean;
  /** False while the last reading contradicts the current verdict; take another reading soon. */
  readonly isSure: () => boolean;
  /**
   * Wraps the named calls: until the clock is known to be right they fail with UNAVAILABLE
   * CLOCK_SKEW and have no effect. Other calls are unchanged.
   */
  readonly around: <Calls extends object>(calls: Calls, names: readonly (keyof Calls)[]) => Calls;
  /**
   * Wraps a call whose result depends on the clock, such as a token expiry check: until the clock
   * is known to be right, its failures become CLOCK_SKEW. The caller is not at fault, and a retry
   * on another instance may succeed.
   */
  readonly explain: <Args extends readonly unknown[], Result>(
    call: (...args: Args) => Promise<Result>,
  ) => (...args: Args) => Promise<Result>;
}

/** A single reading may be wrong: the clock can be adjusted between request and reply. */
const READINGS_TO_CHANGE = 2;

/**
 * Lower bound of the skew in milliseconds: positive when our clock is ahead, negative when it is
 * behind. The reference clock was read between our two timestamps, so a slow reply proves no skew.
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
 * Compares our clock with a reference clock shared by all instances. The first reading sets the
 * verdict; afterwards two contradicting readings in a row change it. `skewMaxMs` is the tolerated
 * difference; 0 disables the guard.
 */
export const createClockGuard = (options: {
  readonly skewMaxMs: number;
  readonly log: Logger;
  /** Called with the certain skew of each reading, in seconds. */
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
    if (!right)
      log.error(
        details,
        'Clock skew against the store exceeds the limit; time-dependent calls are refused.',
      );
    else if (known) log.info(details, 'Clock skew is back within the limit.');
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
