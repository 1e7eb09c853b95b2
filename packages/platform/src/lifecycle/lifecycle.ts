import type { Logger } from '../logging';

/** Something that was started and must be stopped. */
export interface Stoppable {
  readonly stop: () => Promise<void>;
}

/** Collects what a component has started and stops it in the opposite order. */
export interface Lifecycle extends Stoppable {
  /** Registers a clean-up. The last one registered runs first. */
  readonly onStop: (name: string, cleanUp: () => Promise<void> | void) => void;
}

/**
 * Each clean-up gets `stepTimeoutMs`; one that fails or hangs is logged and does not keep the others from
 * running. `stop` never rejects, and further calls wait for the first.
 */
export const createLifecycle = (options: {
  readonly log: Logger;
  readonly stepTimeoutMs?: number;
}): Lifecycle => {
  const { log, stepTimeoutMs = 5_000 } = options;
  const cleanUps: { readonly name: string; readonly cleanUp: () => Promise<void> | void }[] = [];
  let stopping: Promise<void> | undefined;

  const runCleanUp = async (name: string, cleanUp: () => Promise<void> | void): Promise<void> => {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        reject(new Error(`"${name}" did not stop within ${stepTimeoutMs} ms.`));
      }, stepTimeoutMs);
    });
    try {
      await Promise.race([Promise.resolve().then(cleanUp), timeout]);
    } catch (error) {
      log.error({ err: error, step: name }, 'A clean-up step failed.');
    } finally {
      clearTimeout(timer);
    }
  };

  const stopAll = async (): Promise<void> => {
    for (const { name, cleanUp } of cleanUps.reverse()) await runCleanUp(name, cleanUp);
  };

  return {
    onStop: (name, cleanUp) => {
      cleanUps.push({ name, cleanUp });
    },
    stop: () => {
      stopping ??= stopAll();
      return stopping;
    },
  };
};
