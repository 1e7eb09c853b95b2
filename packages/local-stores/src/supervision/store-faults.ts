import type { Guardian } from './guardian';
import type { RunningStore } from './running-store';

/** Breaks and mends a store that was started here; for tests of what happens then. */
export interface StoreFaults {
  /** Process ids of the store's running programs, by name. A database's own children are not listed. */
  pids(): Promise<Readonly<Record<string, number>>>;
  /** SIGKILL to everything that makes up the store, as in a crash. Resolves when it is gone. */
  kill(): Promise<void>;
  /** Starts what does not run, on the same address and data, and waits until it answers. */
  restart(): Promise<void>;
  /** SIGSTOP: connections stay open and nothing answers. */
  pause(): Promise<void>;
  /** SIGCONT. */
  resume(): Promise<void>;
}

/** The faults of one store. */
export function createFaults(guardian: Guardian, store: RunningStore): StoreFaults {
  // What stands in front falls first: nobody sees the front answer for a database that is gone already.
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
