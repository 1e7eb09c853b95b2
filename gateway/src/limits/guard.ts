import { toRateLimitHeaders } from '@flashreserve/rpc';
import type { Quota } from './counter';
import type { Subject } from './subject';

/** Response headers that say what a limit leaves to the caller; none without a limit. */
export type QuotaHeaders = Readonly<Record<string, string>>;

export const toQuotaHeaders = (policy: string, quota: Quota | undefined): QuotaHeaders =>
  quota === undefined ? {} : toRateLimitHeaders({ policy, ...quota });

/** The result of work that a limit admitted. */
export interface Admitted<Result> {
  readonly result: Result;
  readonly headers: QuotaHeaders;
}

/** Runs `work` unless a limit is exceeded. Rejects with the limit's error, or as `work` does. */
export type Guard = <Result>(
  subject: Subject,
  work: () => Promise<Result>,
) => Promise<Admitted<Result>>;
