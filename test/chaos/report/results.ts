import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { InvariantResult, Verdict } from '../check/verdict';
import type { RecoveryRow } from './recovery-times';

/** The stored result of a run, without its history. */
export interface SeedResult {
  readonly seed: number;
  readonly minutes: number;
  readonly commit: string;
  /** The database; missing in old records, which all ran on `STORE_BEFORE`. */
  readonly store?: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly verdict: Verdict;
  readonly recovery: readonly RecoveryRow[];
}

export interface RecoverySummary {
  readonly fault: string;
  readonly target: string;
  readonly count: number;
  /** Undefined if no recovery was observed. */
  readonly medianMs: number | undefined;
  readonly maxMs: number | undefined;
  readonly masked: number;
  readonly notSeen: number;
}

/** The database of records that do not name one. */
const STORE_BEFORE = "DocumentDB (Debian's packages) with a wire server for development";

/** All seeds together. */
export interface Summary {
  readonly seeds: number;
  readonly minutes: number;
  readonly commits: readonly string[];
  /** Number of seeds per database. */
  readonly seedsByStore: Readonly<Record<string, number>>;
  readonly requests: number;
  readonly byStatusClass: Readonly<Record<string, number>>;
  readonly reservationsAcknowledged: number;
  readonly confirmationsAcknowledged: number;
  readonly cancellationsAcknowledged: number;
  readonly faultsByKind: Readonly<Record<string, number>>;
  readonly killsByTarget: Readonly<Record<string, number>>;
  readonly invariants: readonly Pick<InvariantResult, 'name' | 'checked' | 'violationsTotal'>[];
  readonly uncleanSeeds: readonly number[];
  readonly recovery: readonly RecoverySummary[];
}

/** The run's own folder has all of them. */
const TEXTS_KEPT = 5;

/** All recorded results, in the order of their seeds; empty if the file does not exist. */
export const readResults = (file: string): readonly SeedResult[] =>
  existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as SeedResult)
    : [];

/** Adds a result to the file, one line per seed; replaces an earlier one of the same seed. */
export const recordResult = (file: string, result: SeedResult): void => {
  const invariants = result.verdict.invariants.map((one) => ({
    ...one,
    violations: one.violations.slice(0, TEXTS_KEPT),
  }));
  const kept: SeedResult = { ...result, verdict: { ...result.verdict, invariants } };
  const others = readResults(file).filter(({ seed }) => seed !== result.seed);
  const all = [...others, kept].sort((a, b) => a.seed - b.seed);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${all.map((one) => JSON.stringify(one)).join('\n')}\n`);
};

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

const sumByName = (
  counts: readonly Readonly<Record<string, number>>[],
): Readonly<Record<string, number>> => {
  const totals = new Map<string, number>();
  for (const [name, count] of counts.flatMap((one) => Object.entries(one))) {
    totals.set(name, (totals.get(name) ?? 0) + count);
  }
  return Object.fromEntries([...totals].sort(([a], [b]) => (a < b ? -1 : 1)));
};

const median = (ascending: readonly number[]): number | undefined => {
  const upper = ascending[Math.floor(ascending.length / 2)];
  const lower = ascending[Math.floor((ascending.length - 1) / 2)];
  return upper === undefined || lower === undefined ? undefined : (lower + upper) / 2;
};

const summariseRecovery = (rows: readonly RecoveryRow[]): readonly RecoverySummary[] => {
  const groups = new Map<string, RecoveryRow[]>();
  for (const row of rows) {
    const name = `${row.fault}\n${row.target}`;
    groups.set(name, [...(groups.get(name) ?? []), row]);
  }
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, group]) => {
      const [fault = '', target = ''] = name.split('\n');
      const ms = group.flatMap((row) => row.ms).sort((a, b) => a - b);
      return {
        fault,
        target,
        count: ms.length,
        medianMs: median(ms),
        maxMs: ms.at(-1),
        masked: sum(group.map(({ masked }) => masked)),
        notSeen: sum(group.map(({ notSeen }) => notSeen)),
      };
    });
};

const summariseInvariants = (verdicts: readonly Verdict[]): Summary['invariants'] => {
  const all = verdicts.flatMap(({ invariants }) => invariants);
  return [...new Set(all.map(({ name }) => name))].map((name) => {
    const ofName = all.filter((one) => one.name === name);
    return {
      name,
      checked: sum(ofName.map(({ checked }) => checked)),
      violationsTotal: sum(ofName.map(({ violationsTotal }) => violationsTotal)),
    };
  });
};

/** Faults differ by seed; the kind of store does not. */
const withoutSeed = (store: string): string => store.replace(/seed \d+, /, '');

/** Sums up results. */
export const summarise = (results: readonly SeedResult[]): Summary => {
  const verdicts = results.map(({ verdict }) => verdict);
  const counts = verdicts.map((verdict) => verdict.counts);
  return {
    seeds: results.length,
    minutes: sum(results.map(({ minutes }) => minutes)),
    commits: [...new Set(results.map(({ commit }) => commit))],
    seedsByStore: sumByName(
      results.map(({ store = STORE_BEFORE }) => ({ [withoutSeed(store)]: 1 })),
    ),
    requests: sum(counts.map(({ requests }) => requests)),
    byStatusClass: sumByName(counts.map(({ byStatusClass }) => byStatusClass)),
    reservationsAcknowledged: sum(counts.map((one) => one.reservationsAcknowledged)),
    confirmationsAcknowledged: sum(counts.map((one) => one.confirmationsAcknowledged)),
    cancellationsAcknowledged: sum(counts.map((one) => one.cancellationsAcknowledged)),
    faultsByKind: sumByName(counts.map(({ faultsByKind }) => faultsByKind)),
    killsByTarget: sumByName(counts.map(({ killsByTarget }) => killsByTarget)),
    invariants: summariseInvariants(verdicts),
    uncleanSeeds: results.filter(({ verdict }) => !verdict.clean).map(({ seed }) => seed),
    recovery: summariseRecovery(results.flatMap(({ recovery }) => recovery)),
  };
};
