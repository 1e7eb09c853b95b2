/** Causes nested deeper than this are left out. */
const DEPTH_MAX = 5;

/**
 * The messages of an error and its causes, outermost first: enough to diagnose an outage from one
 * log line. Stacks are only logged for bugs.
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
