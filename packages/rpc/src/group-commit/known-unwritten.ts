const unwritten = new WeakSet<object>();

/** Says of an error that the write which it ends was never begun. Returns the error. */
export const asUnwritten = <E extends Error>(error: E): E => {
  unwritten.add(error);
  return error;
};

/**
 * True when the entry that a group commit rejected with this error was never handed to a write: it was refused, or its
 * deadline passed in the queue. Nothing of it is written, now or later. False when the write was begun and its outcome
 * is unknown; a repeat with the same id then finds out.
 */
export const isKnownUnwritten = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && unwritten.has(error);
