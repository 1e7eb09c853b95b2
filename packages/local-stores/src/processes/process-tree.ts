import { readdirSync, readFileSync } from 'node:fs';

/** Fields of `/proc/<pid>/stat` after the program's name, which may contain spaces and brackets. */
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

/** Whether the process exists and is not a zombie. */
export function isAlive(pid: number): boolean {
  const stat = readStat(pid);
  if (stat !== undefined) {
    return stat.state !== 'Z' && stat.state !== 'X';
  }
  return signal(pid, 0);
}

/** Sends a signal. Returns false if the process does not exist; other failures are thrown. */
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

/** The direct children of a process. Empty if there is no `/proc`. */
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
 * Sends a signal to a process and all its descendants. A group signal would miss PostgreSQL's
 * children, each of which has its own process group. For SIGKILL and SIGSTOP, a process is stopped
 * before its children are listed, so that it cannot fork in between.
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
