import { setTimeout as pause } from 'node:timers/promises';

const POLL_MS = 25;

/** Retries until `attempt` does not throw; after `timeoutMs` throws its last error. */
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
      await pause(POLL_MS);
    }
  }
};
