const PARENT_POLL_MS = 1_000;
/** Ctrl-C arrives twice at once: from the terminal and handed on by npm. Only a later one is a second wish. */
const SAME_REQUEST_MS = 1_000;

/**
 * A signal that aborts at Ctrl-C, SIGTERM or SIGHUP, or when the parent process (usually npm) is gone. Asking
 * again ends the process at once; everything it started notices and ends too.
 */
export const whenAskedToStop = (process: NodeJS.Process): AbortSignal => {
  const controller = new AbortController();
  let askedAt: number | undefined;
  const ask = (): void => {
    if (askedAt !== undefined && Date.now() - askedAt > SAME_REQUEST_MS) process.exit(1);
    askedAt ??= Date.now();
    controller.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, ask);
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent && askedAt === undefined) ask();
  }, PARENT_POLL_MS).unref();
  return controller.signal;
};
