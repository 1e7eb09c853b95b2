/** Source of the current time for domain and application code; tests substitute their own. */
export interface Clock {
  readonly now: () => Date;
}

export const systemClock: Clock = { now: () => new Date() };

/** A clock that only moves when a test moves it. */
export interface TestClock extends Clock {
  readonly set: (time: Date) => void;
  readonly advanceMs: (ms: number) => void;
}

export const createTestClock = (start: Date): TestClock => {
  let current = start.getTime();
  return {
    now: () => new Date(current),
    set: (time) => {
      current = time.getTime();
    },
    advanceMs: (ms) => {
      current += ms;
    },
  };
};
