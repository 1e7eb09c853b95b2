import type { Guardian } from './guardian';
import type { RunningStore } from './running-store';

/** Kills, pauses and restarts a store that was started here, for fault tests. */
export interface StoreFaults {
  /** Process ids of the store's running programs, by name, without their child processes. */
  pids(): Promise<Readonly<Record<string, number>>>;
  /** Sends SIGKILL to all programs of the store, as in a crash. Resolves once they have ended. */
  kill(): Promise<void>;
  /**
   * Starts what is not running, on the same address and data, and waits until the store answers.
   */
  restart(): Promise<void>;
  /** SIGSTOP: connections stay open and nothing answers. */
  pause(): Promise<void>;
  /** SIGCONT. */
  resume(): Promise<void>;
}

/** The faults of one store. */
export function createFaults(guardian: Guardian, store: RunningStore): StoreFaults {
  // Front first, so that no client gets an answer from the front after the database is gone.
  const frontFirst = [...store.services].reverse();
  const each = async (act: (name: string) => Promise<void>, names: readonly string[]) => {
    for (const name of names) {
      await act(name);
    }
  };
  return {
    async pids() {
      const found: Record<string, number> = {};
      for (const name of store.services) {
        const pid = await guardian.pid(name);
        if (pid !== undefined) {
          found[name] = pid;
        }
      }
      return found;
    },
    kill: () => each(guardian.kill, frontFirst),
    restart: () => store.start(),
    pause: () => each(guardian.pause, frontFirst),
    resume: () => each(guardian.resume, store.services),
  };
}
