/** Where the demo shows what happens. */
export interface Terminal {
  /** A line that stays. */
  readonly say: (line: string) => void;
  /** A line that the next one replaces; where lines cannot be replaced, one of them now and then stays. */
  readonly show: (line: string) => void;
}

/** Between two lines where none can be replaced. */
const PLAIN_INTERVAL_MS = 2_000;
/** Return to the first column, and clear the line. */
const CLEAR_LINE = '\r\u001b[2K';

export const createTerminal = (out: {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly write: (text: string) => unknown;
}): Terminal => {
  if (out.isTTY !== true) {
    let nextAt = 0;
    const say = (line: string): void => {
      out.write(`${line}\n`);
    };
    return {
      say,
      show: (line) => {
        if (performance.now() < nextAt) return;
        nextAt = performance.now() + PLAIN_INTERVAL_MS;
        say(line);
      },
    };
  }
  return {
    say: (line) => {
      out.write(`${CLEAR_LINE}${line}\n`);
    },
    show: (line) => {
      // A line that breaks could not be cleared as a whole.
      out.write(`${CLEAR_LINE}${line.slice(0, (out.columns ?? Number.POSITIVE_INFINITY) - 1)}`);
    },
  };
};
