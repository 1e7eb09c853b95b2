/** Output of the demo. */
export interface Terminal {
  /** Prints a permanent line. */
  readonly say: (line: string) => void;
  /**
   * Shows a line that the next one replaces; without a terminal, prints one of them now and then.
   */
  readonly show: (line: string) => void;
}

/** Minimum interval between printed lines where none can be replaced. */
const PLAIN_INTERVAL_MS = 2_000;
/** Carriage return, then clear the line. */
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
      // A wrapped line could not be cleared completely.
      out.write(`${CLEAR_LINE}${line.slice(0, (out.columns ?? Number.POSITIVE_INFINITY) - 1)}`);
    },
  };
};
