import { setTimeout as delay } from 'node:timers/promises';
import { textOf } from '../processes/text-of';
import type { Guardian } from './guardian';
import type { RunningStore } from './running-store';

const LOOK_INTERVAL_MS = 500;
const PAUSE_MS = { first: 1_000, max: 10_000 };

export interface KeepRunningOptions {
  /** Name of the store in messages, for example `MongoDB`. */
  readonly name: string;
  /** Called when a program has exited, and when the store answers again. */
  readonly log: (line: string) => void;
  /** Called once if the guardian itself has ended, so that nothing can be restarted any more. */
  readonly onLost: (error: Error) => void;
}

/**
 * The first service that is not running, and all in front of it, whose connections are broken now.
 */
async function findEnded(guardian: Guardian, store: RunningStore): Promise<readonly string[]> {
  for (const [index, name] of store.services.entries()) {
    if ((await guardian.pid(name)) === undefined) {
      return store.services.slice(index);
    }
  }
  return [];
}

async function bringBack(
  guardian: Guardian,
  store: RunningStore,
  ended: readonly string[],
): Promise<void> {
  for (const name of [...ended].reverse()) {
    if ((await guardian.pid(name)) !== undefined) {
      await guardian.kill(name);
    }
  }
  await store.start();
}

/**
 * Checks twice a second that every program of a store runs, and restarts those that do not, on the
 * same address and data. Failed restarts are retried after a pause that grows to ten seconds.
 * @returns Stops the checks. Resolves once no restart is in progress.
 */
export function keepRunning(
  guardian: Guardian,
  store: RunningStore,
  { name, log, onLost }: KeepRunningOptions,
): () => Promise<void> {
  const stopped = new AbortController();
  const { signal } = stopped;
  const pause = (ms: number) => delay(ms, undefined, { signal, ref: false }).catch(() => undefined);

  const restart = async (ended: readonly string[]): Promise<void> => {
    log(`${name}: ${ended[0] ?? 'its program'} has ended; starting it again.`);
    for (let pauseMs = PAUSE_MS.first; !signal.aborted; pauseMs *= 2) {
      try {
        await bringBack(guardian, store, ended);
        log(`${name} answers again.`);
        return;
      } catch (error) {
        if (signal.aborted) return;
        const waitMs = Math.min(pauseMs, PAUSE_MS.max);
        log(
          `${name} could not be restarted; next attempt in ${waitMs / 1_000} s. ${textOf(error)}`,
        );
        await pause(waitMs);
      }
    }
  };

  const watch = async (): Promise<void> => {
    while (!signal.aborted) {
      await pause(LOOK_INTERVAL_MS);
      if (signal.aborted) return;
      const ended = await findEnded(guardian, store);
      if (ended.length > 0 && !signal.aborted) await restart(ended);
    }
  };
  const watching = watch().catch((error: unknown) => {
    if (!signal.aborted) {
      onLost(new Error(`The guardian process of ${name} has ended.`, { cause: error }));
    }
  });

  return async () => {
    stopped.abort();
    await watching;
  };
}
