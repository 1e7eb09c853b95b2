import { commandOf, cpuMsOf, descendantsOf, rssMbOf, sharedRssMbOf } from './proc';

/** A process with the name that reports use. */
export interface NamedProcess {
  readonly name: string;
  readonly pid: number;
}

/** What a process, or a group of store processes, used during a measurement. */
export interface ProcessUsage {
  readonly name: string;
  readonly cpuMs: number;
  /** At the end. */
  readonly rssMb: number;
}

/** A look at all processes at one moment. */
export type UsageSnapshot = ReadonlyMap<string, { readonly cpuMs: number; readonly rssMb: number }>;

const STORE_NAMES = [
  [/redis-server|valkey-server/, 'redis'],
  [/documentdb-wire[/\\](dist|src)[/\\]main/, 'mongo wire server'],
  [/\bmongod\b/, 'mongod'],
  [/postgres/, 'postgres'],
] as const;

const storeNameOf = (pid: number): string => {
  const command = commandOf(pid);
  return STORE_NAMES.find(([pattern]) => pattern.test(command))?.[1] ?? 'store guardians';
};

/**
 * Looks at the named processes and at everything else below this process, which is the stores. PostgreSQL's
 * processes are summed up, with those that have ended.
 */
export const takeUsage = (
  named: readonly NamedProcess[],
  others: ReadonlySet<number>,
): UsageSnapshot => {
  const usage = new Map<string, { cpuMs: number; rssMb: number }>();
  for (const { name, pid } of named) {
    usage.set(name, { cpuMs: cpuMsOf(pid, { withEndedChildren: false }), rssMb: rssMbOf(pid) });
  }
  const except = new Set([...named.map(({ pid }) => pid), ...others]);
  for (const pid of descendantsOf(process.pid, except)) {
    const name = storeNameOf(pid);
    const sum = usage.get(name) ?? { cpuMs: 0, rssMb: 0 };
    usage.set(name, {
      cpuMs: sum.cpuMs + cpuMsOf(pid, { withEndedChildren: true }),
      rssMb: sum.rssMb + sharedRssMbOf(pid),
    });
  }
  return usage;
};

/** What was used between two looks. */
export const usageBetween = (
  before: UsageSnapshot,
  after: UsageSnapshot,
): readonly ProcessUsage[] =>
  [...after].map(([name, { cpuMs, rssMb }]) => ({
    name,
    cpuMs: Math.max(0, cpuMs - (before.get(name)?.cpuMs ?? 0)),
    rssMb,
  }));
