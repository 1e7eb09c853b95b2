import type { ProcessUsage } from './measure/process-usage';

/** Measured values by name, for example `perSecond` or `p99Ms`. */
export type Figures = Readonly<Record<string, number>>;

/** One measurement of one system. */
export interface Round {
  readonly figures: Figures;
  /** Number of responses per status code. */
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

/** Findings of the audit after a scenario. */
export interface AuditRow {
  readonly scenario: string;
  readonly system: string;
  /** Empty if the stock adds up. */
  readonly problems: readonly string[];
}

/** All results. */
export interface BenchResults {
  readonly comparisons: readonly Comparison[];
  readonly memory: readonly MemoryRow[];
  readonly audits: readonly AuditRow[];
  /** Log lines of the processes, all of them about problems; the first of each kind. */
  readonly logLines: readonly string[];
  /** Scenarios and stages that could not be completed, and why. */
  readonly failures: readonly string[];
}
