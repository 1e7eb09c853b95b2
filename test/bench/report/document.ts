import type { BenchOptions } from '../options';
import type { BenchRun } from '../run-bench';
import { describeCommit, describeMachine, type Machine } from './machine';
import { judge, type Verdict } from './verdict';

/** `results.json`: everything that is needed to read the numbers, or to draw them anew. */
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

/** Puts a run together with when, where and on what it was made. */
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
  // Stack traces name files; where the repository lies is nobody's business.
  results: {
    ...results,
    logLines: results.logLines.map((line) => line.replaceAll(root, '.')),
    failures: results.failures.map((line) => line.replaceAll(root, '.')),
  },
});
