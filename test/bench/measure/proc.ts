import { readdirSync, readFileSync } from 'node:fs';

/**
 * Linux reports CPU time in ticks of this many milliseconds, regardless of the kernel's own timer.
 */
const TICK_MS = 10;
const PAGE_BYTES = 4_096;
const BYTES_PER_MB = 1_048_576;

/** Field offsets after the program's name in `/proc/<pid>/stat`. */
const PARENT = 1;
const TIMES = { user: 11, system: 12, childrenUser: 13, childrenSystem: 14 } as const;

interface Stat {
  readonly parent: number;
  /** Of the process itself. */
  readonly cpuMs: number;
  /** Of its exited and reaped children. */
  readonly endedChildrenCpuMs: number;
}

const readStat = (pid: number): Stat | undefined => {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const ticks = (place: number): number => fields[place] ?? 0;
    return {
      parent: fields[PARENT] ?? 0,
      cpuMs: (ticks(TIMES.user) + ticks(TIMES.system)) * TICK_MS,
      endedChildrenCpuMs: (ticks(TIMES.childrenUser) + ticks(TIMES.childrenSystem)) * TICK_MS,
    };
  } catch {
    // It has exited meanwhile, or this is not Linux.
    return undefined;
  }
};

/** CPU time used by a process, in milliseconds; 0 if there is no such process. */
export const cpuMsOf = (pid: number, options: { readonly withEndedChildren: boolean }): number => {
  const stat = readStat(pid);
  if (stat === undefined) return 0;
  return stat.cpuMs + (options.withEndedChildren ? stat.endedChildrenCpuMs : 0);
};

/** Resident memory of a process in MB; 0 if there is no such process. */
export const rssMbOf = (pid: number): number => {
  try {
    const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
    return (pages * PAGE_BYTES) / BYTES_PER_MB;
  } catch {
    return 0;
  }
};

/**
 * Like `rssMbOf`, but shared memory counts proportionally, so that a group of processes can be
 * summed up.
 */
export const sharedRssMbOf = (pid: number): number => {
  try {
    const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    return Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1] ?? 0) / 1_024;
  } catch {
    // No permission to read it: the plain number is the best available.
    return rssMbOf(pid);
  }
};

/** The command line of a process, separated by spaces. */
export const commandOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
};

/** All descendants of `root`, without those in `except` and their descendants. */
export const descendantsOf = (root: number, except: ReadonlySet<number>): readonly number[] => {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    const parent = Number.isInteger(pid) ? readStat(pid)?.parent : undefined;
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const found: number[] = [];
  const pending = [root];
  for (let pid = pending.pop(); pid !== undefined; pid = pending.pop()) {
    const next = (children.get(pid) ?? []).filter((child) => !except.has(child));
    found.push(...next);
    pending.push(...next);
  }
  return found;
};
