const POLL_MS = 25;

/** Tries again until `attempt` does not throw; after `timeoutMs` it throws what the last attempt threw. */
export const eventually = async <Result>(
  attempt: () => Promise<Result>,
  timeoutMs: number,
): Promise<Result> => {
  const giveUpAt = Date.now() + timeoutMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > giveUpAt) throw error;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }
};
