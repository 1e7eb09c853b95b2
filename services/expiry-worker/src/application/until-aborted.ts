/** Waits for the promise, or gives undefined as soon as the signal aborts; the work itself goes on. */
export const untilAborted = async <Value>(
  promise: Promise<Value>,
  signal: AbortSignal,
): Promise<Value | undefined> => {
  if (signal.aborted) return undefined;
  let stopWaiting: () => void = () => undefined;
  const aborted = new Promise<undefined>((resolve) => {
    stopWaiting = () => {
      resolve(undefined);
    };
    signal.addEventListener('abort', stopWaiting, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', stopWaiting);
  }
};
