import { withinTime } from '../deadline/limits';
import type { Logger } from '../logging/logger';

/** Something that was started and must be stopped. */
export interface Stoppable {
  readonly stop: () => Promise<void>;
}

/** Registers what a component has started, and stops it in reverse order. */
export interface Lifecycle extends Stoppable {
  /**
   * Registers a stop step; the last one registered runs first. `timeoutMs` overrides the default
   * limit.
   */
  readonly onStop: (
    name: string,
    cleanUp: () => Promise<void> | void,
    options?: { readonly timeoutMs?: number },
  ) => void;
}

interface Step {
  readonly name: string;
  readonly cleanUp: () => Promise<void> | void;
  readonly timeoutMs: number;
}

/**
 * Each step has `stepTimeoutMs` unless it sets its own limit; a step that fails or hangs is logged
 * and does not prevent the others. `stop` never rejects, and further calls wait for the first.
 */
export const createLifecycle = (options: {
  readonly log: Logger;
  readonly stepTimeoutMs?: number;
}): Lifecycle => {
  const { log, stepTimeoutMs = 5_000 } = options;
  const steps: Step[] = [];
  let stopping: Promise<void> | undefined;

  const run = async ({ name, cleanUp, timeoutMs }: Step): Promise<void> => {
    const tooLate = (): Error => new Error(`"${name}" did not stop within ${timeoutMs} ms.`);
    try {
      await withinTime(timeoutMs, Promise.resolve().then(cleanUp), tooLate);
    } catch (error) {
      log.error({ err: error, step: name }, 'A clean-up step failed.');
    }
  };

  const stopAll = async (): Promise<void> => {
    for (const step of steps.reverse()) await run(step);
  };

  return {
    onStop: (name, cleanUp, { timeoutMs = stepTimeoutMs } = {}) => {
      steps.push({ name, cleanUp, timeoutMs });
    },
    stop: () => {
      stopping ??= stopAll();
      return stopping;
    },
  };
};
