import { readdirSync, readFileSync, statSync } from 'node:fs';
import { pollUntil } from './poll-until';
import { signal } from './process-tree';

const STOP_DEADLINE_MS = 10_000;

/** Names of the stores' programs in `/proc/<pid>/comm`. */
const STORE_PROGRAMS: ReadonlySet<string> = new Set([
  'mongod',
  'postgres',
  'redis-server',
  'valkey-server',
]);

/** Store processes whose working directory is this folder. Empty if there is no `/proc`. */
function storeProcessesIn(folder: string): number[] {
  const there = statSync(folder);
  const isThere = (pid: string) => {
    try {
      const here = statSync(`/proc/${pid}/cwd/`);
      const program = readFileSync(`/proc/${pid}/comm`, 'utf8').trimEnd();
      // A shell may have the same working directory.
      return here.dev === there.dev && here.ino === there.ino && STORE_PROGRAMS.has(program);
    } catch {
      // The process has ended meanwhile, or belongs to another user.
      return false;
    }
  };
  const names = process.platform === 'linux' ? readdirSync('/proc') : [];
  return names.filter((name) => /^\d+$/.test(name) && isThere(name)).map(Number);
}

/**
 * Ends store processes that an earlier owner left running in a data folder because its guardian was
 * killed, too. The caller must hold the lock of the folder.
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
