import { readdirSync, readFileSync, statSync } from 'node:fs';
import { pollUntil } from './poll-until';
import { signal } from './process-tree';

const STOP_DEADLINE_MS = 10_000;

/** What Linux calls the programs of our stores. */
const STORE_PROGRAMS: ReadonlySet<string> = new Set([
  'mongod',
  'postgres',
  'redis-server',
  'valkey-server',
]);

/** Programs of stores whose current folder this is. Empty where there is no `/proc`. */
export function storeProcessesIn(folder: string): number[] {
  const there = statSync(folder);
  const isThere = (pid: string) => {
    try {
      const here = statSync(`/proc/${pid}/cwd/`);
      const program = readFileSync(`/proc/${pid}/comm`, 'utf8').trimEnd();
      // Somebody's shell may be in the folder as well.
      return here.dev === there.dev && here.ino === there.ino && STORE_PROGRAMS.has(program);
    } catch {
      // The process ended while we looked, or it belongs to another user.
      return false;
    }
  };
  const names = process.platform === 'linux' ? readdirSync('/proc') : [];
  return names.filter((name) => /^\d+$/.test(name) && isThere(name)).map(Number);
}

/**
 * Ends the programs of an earlier owner that still work in a data folder, because their guardian was killed as well.
 * Every store's program works in its data folder. The caller must hold the lock of the folder.
 * @param stopSignal Asked for first; SIGKILL comes after ten seconds.
 */
export async function endProcessesIn(
  folder: string,
  stopSignal: 'SIGTERM' | 'SIGINT',
): Promise<void> {
  const limits = { deadlineMs: STOP_DEADLINE_MS, intervalMs: 50 };
  const isEmpty = () => (storeProcessesIn(folder).length === 0 ? true : undefined);
  for (const name of [stopSignal, 'SIGKILL'] as const) {
    const found = storeProcessesIn(folder);
    for (const pid of found) {
      signal(pid, name);
    }
    if (found.length === 0 || (await pollUntil(isEmpty, limits)) === true) {
      return;
    }
  }
}
