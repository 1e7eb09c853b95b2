const PARENT_POLL_MS = 1_000;
/**
 * Ctrl-C arrives twice at once: from the terminal and forwarded by npm. Only a later signal counts
 * as a second one.
 */
const SAME_REQUEST_MS = 1_000;

/**
 * A signal that aborts on Ctrl-C, SIGTERM or SIGHUP, or when the parent process (usually npm) is
 * gone. A second signal ends the process at once; all child processes notice and exit too.
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
