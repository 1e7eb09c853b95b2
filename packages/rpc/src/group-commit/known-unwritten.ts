const unwritten = new WeakSet<object>();

/** Marks an error as raised before any write started. Returns the error. */
export const asUnwritten = <E extends Error>(error: E): E => {
  unwritten.add(error);
  return error;
};

/**
 * Whether the entry that a group commit rejected with this error never reached a write: it was
 * refused, or its deadline passed in the queue. It is not written, now or later. False if its write
 * had started and the outcome is unknown; a retry with the same id resolves it.
 */
export const isKnownUnwritten = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && unwritten.has(error);
