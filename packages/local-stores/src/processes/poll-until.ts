import { setTimeout as delay } from 'node:timers/promises';

/** How long to poll, and how often. */
export interface PollLimits {
  readonly deadlineMs: number;
  readonly intervalMs: number;
}

/**
 * Calls `ask` until it returns something other than undefined, at least once. Errors of `ask` are
 * thrown.
 * @returns The answer, or undefined if there is none by the deadline.
 */
export async function pollUntil<Answer>(
  ask: () => Promise<Answer | undefined> | Answer | undefined,
  limits: PollLimits,
): Promise<Answer | undefined> {
  const end = performance.now() + limits.deadlineMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined || performance.now() >= end) {
      return answer;
    }
    await delay(limits.intervalMs);
  }
}
