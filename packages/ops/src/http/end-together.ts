import type { ServerResponse } from 'node:http';

/** A response with its headers, and what is left to send of it. */
interface Unsent {
  readonly res: ServerResponse;
  readonly content: string | Buffer | undefined;
}

/** Enough to share a wake-up, and few enough that the first client does not wait for the last. */
const TOGETHER_MAX = 32;

let waiting: Unsent[] = [];

const endAll = (): void => {
  const all = waiting;
  waiting = [];
  for (const { res, content } of all) res.end(content);
};

/**
 * Ends a response together with the others of this turn of the event loop: at the end of the turn,
 * or as soon as 32 are waiting. A write that wakes up its reader on the same machine, such as a
 * proxy, costs more than twice as much as those that follow while it is awake.
 */
export const endTogether = (res: ServerResponse, content?: string | Buffer): void => {
  waiting.push({ res, content });
  if (waiting.length === 1) setImmediate(endAll);
  else if (waiting.length === TOGETHER_MAX) endAll();
};
