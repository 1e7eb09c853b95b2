/** Causes nested deeper than this are left out. */
const DEPTH_MAX = 5;

/**
 * The messages of an error and of what caused it, outermost first: enough to understand an outage from one line
 * of the log. Stacks are for bugs, whose place in the code matters.
 */
export const describeCauses = (error: unknown): readonly string[] => {
  const messages: string[] = [];
  let current = error;
  while (current instanceof Error && messages.length < DEPTH_MAX) {
    messages.push(current.message);
    current = current.cause;
  }
  return messages;
};
