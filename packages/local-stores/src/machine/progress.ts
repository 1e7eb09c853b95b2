const INTERVAL_MS = 10_000;

/**
 * Logs every ten seconds that work is still running, and for how long.
 * @param what Beginning of the sentence, for example `Still building DocumentDB`.
 */
export async function withProgress<Result>(
  log: (line: string) => void,
  what: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const startedAt = performance.now();
  const timer = setInterval(() => {
    log(`${what}: ${Math.round((performance.now() - startedAt) / 1_000)} s so far ...`);
  }, INTERVAL_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
