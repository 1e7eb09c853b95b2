import { commandOf, cpuMsOf, descendantsOf, rssMbOf, sharedRssMbOf } from './proc';

/** A process and its name in reports. */
export interface NamedProcess {
  readonly name: string;
  readonly pid: number;
}

/** Resources used by a process, or a group of store processes, during a measurement. */
export interface ProcessUsage {
  readonly name: string;
  readonly cpuMs: number;
  /** At the end. */
  readonly rssMb: number;
}

/** A snapshot of all processes. */
export type UsageSnapshot = ReadonlyMap<string, { readonly cpuMs: number; readonly rssMb: number }>;

const STORE_NAMES = [
  [/redis-server|valkey-server/, 'redis'],
  [/documentdb-wire[/\\](dist|src)[/\\]main/, 'mongo wire server'],
  [/\bmongod\b/, 'mongod'],
  [/postgres/, 'postgres'],
] as const;

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

/** What a process of the stack uses, with the workers that it has started. */
export const usageOf = (pid: number): { readonly cpuMs: number; readonly rssMb: number } => {
  const all = [pid, ...descendantsOf(pid, new Set())];
  return {
    cpuMs: sum(all.map((each) => cpuMsOf(each, { withEndedChildren: false }))),
    rssMb: sum(all.map(rssMbOf)),
  };
};

const storeNameOf = (pid: number): string => {
  const command = commandOf(pid);
  return STORE_NAMES.find(([pattern]) => pattern.test(command))?.[1] ?? 'store guardians';
};

/**
 * Takes a snapshot of the named processes, each with its own workers, and of all other descendants
 * of this process, which are the stores. PostgreSQL's processes are summed up, including exited
 * ones.
 */
export const takeUsage = (
  named: readonly NamedProcess[],
  others: ReadonlySet<number>,
): UsageSnapshot => {
  const usage = new Map<string, { cpuMs: number; rssMb: number }>();
  for (const { name, pid } of named) {
    usage.set(name, usageOf(pid));
  }
  const except = new Set([...named.map(({ pid }) => pid), ...others]);
  for (const pid of descendantsOf(process.pid, except)) {
    const name = storeNameOf(pid);
    const known = usage.get(name) ?? { cpuMs: 0, rssMb: 0 };
    usage.set(name, {
      cpuMs: known.cpuMs + cpuMsOf(pid, { withEndedChildren: true }),
      rssMb: known.rssMb + sharedRssMbOf(pid),
    });
  }
  return usage;
};

/** The difference between two snapshots. */
export const usageBetween = (
  before: UsageSnapshot,
  after: UsageSnapshot,
): readonly ProcessUsage[] =>
  [...after].map(([name, { cpuMs, rssMb }]) => ({
    name,
    cpuMs: Math.max(0, cpuMs - (before.get(name)?.cpuMs ?? 0)),
    rssMb,
  }));
