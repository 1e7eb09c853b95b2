import { readdirSync, readFileSync } from 'node:fs';

/** Fields of `/proc/<pid>/stat` after the program's name, which may itself contain spaces and brackets. */
const FIELD_STATE = 0;
const FIELD_PARENT = 1;

interface ProcessStat {
  readonly state: string;
  readonly parent: number;
}

function readStat(pid: number): ProcessStat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state: fields[FIELD_STATE] ?? '', parent: Number(fields[FIELD_PARENT]) };
  } catch {
    // The process ended between listing and reading, or this is not Linux.
    return undefined;
  }
}

/** True while the process exists and is more than an unreaped entry in the table. */
export function isAlive(pid: number): boolean {
  const stat = readStat(pid);
  if (stat !== undefined) {
    return stat.state !== 'Z' && stat.state !== 'X';
  }
  return signal(pid, 0);
}

/** Sends a signal; false when there is no such process any more. Other failures are thrown. */
export function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, name);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') {
      return false;
    }
    throw error;
  }
}

/** The direct children of a process. Empty where there is no `/proc`. */
function childrenOf(parent: number): number[] {
  let names: string[];
  try {
    names = readdirSync('/proc');
  } catch {
    return [];
  }
  return names
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => readStat(pid)?.parent === parent);
}

/**
 * Sends a signal to a process and all its descendants. PostgreSQL puts every child into a process group
 * of its own, so a group signal would miss them. Parents are stopped before their children are listed:
 * none can be born in between. `SIGCONT` and `SIGSTOP` reach the same set.
 */
export function signalTree(root: number, name: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void {
  const pending = [root];
  const found: number[] = [];
  for (let pid = pending.pop(); pid !== undefined; pid = pending.pop()) {
    if (name !== 'SIGCONT') {
      signal(pid, 'SIGSTOP');
    }
    found.push(pid);
    pending.push(...childrenOf(pid));
  }
  for (const pid of found) {
    signal(pid, name);
  }
}
