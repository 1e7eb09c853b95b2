import { setTimeout as delay } from 'node:timers/promises';

/** How long to go on asking, and how often. */
export interface PollLimits {
  readonly deadlineMs: number;
  readonly intervalMs: number;
}

/**
 * Asks until there is an answer other than undefined. Asks at least once.
 * @returns The answer, or undefined when the deadline passed without one. What `ask` throws is passed on.
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
