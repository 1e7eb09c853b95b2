import type { BenchOptions } from '../options';
import type { BenchRun } from '../run-bench';
import { describeCommit, describeMachine, type Machine } from './machine';
import { judge, type Verdict } from './verdict';

/** `results.json`: everything needed to interpret the numbers, or to draw the chart again. */
export interface ReportDocument {
  readonly date: string;
  readonly commit: string;
  readonly machine: Machine;
  readonly stores: { readonly mongo: string; readonly redis: string };
  readonly options: Pick<BenchOptions, 'rounds' | 'seconds' | 'only'>;
  readonly environment: Readonly<Record<string, string>>;
  readonly verdicts: readonly Verdict[];
  readonly results: BenchRun['results'];
}

/** Combines results with the time, commit and machine of the run. */
export const createDocument = (
  root: string,
  { rounds, seconds, only }: BenchOptions,
  { results, stores }: BenchRun,
): ReportDocument => ({
  date: new Date().toISOString(),
  commit: describeCommit(root),
  machine: describeMachine(),
  stores,
  options: { rounds, seconds, only },
  environment: {
    NODE_ENV: 'production',
    LOG_LEVEL: 'warn; the baseline logs nothing for a request either',
    everythingElse: "each component's defaults, except that holds last two hours",
  },
  verdicts: judge(results),
  // Stack traces contain paths, which must not be published.
  results: {
    ...results,
    logLines: results.logLines.map((line) => line.replaceAll(root, '.')),
    failures: results.failures.map((line) => line.replaceAll(root, '.')),
  },
});
