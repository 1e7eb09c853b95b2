import type { ProcessUsage } from './measure/process-usage';

/** Measured values by name, for example `perSecond` or `p99Ms`. */
export type Figures = Readonly<Record<string, number>>;

/** One measurement of one system. */
export interface Round {
  readonly figures: Figures;
  /** Number of answers for each status code. */
  readonly answers: Readonly<Record<string, number>>;
  readonly processes: readonly ProcessUsage[];
}

/** All rounds of one system. */
export interface SystemResult {
  readonly label: string;
  readonly medians: Figures;
  readonly rounds: readonly Round[];
}

/** One line of the report: the same load on each system. */
export interface Comparison {
  readonly name: string;
  readonly title: string;
  /** What `perSecond` counts. */
  readonly unit: string;
  readonly systems: readonly SystemResult[];
}

/** Resident memory of a process of the stack, at its start and after all load. */
export interface MemoryRow {
  readonly stage: string;
  readonly stack: string;
  readonly name: string;
  readonly startMb: number;
  readonly endMb: number;
}

/** What an audit after a scenario found. */
export interface AuditRow {
  readonly scenario: string;
  readonly system: string;
  /** Empty when the books are right. */
  readonly problems: readonly string[];
}

/** Everything that was measured. */
export interface BenchResults {
  readonly comparisons: readonly Comparison[];
  readonly memory: readonly MemoryRow[];
  readonly audits: readonly AuditRow[];
  /** Lines that the processes logged, which are all about something unusual; the first of each. */
  readonly logLines: readonly string[];
  /** Scenarios and stages that could not be completed, and why. */
  readonly failures: readonly string[];
}
