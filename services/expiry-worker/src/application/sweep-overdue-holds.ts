import { type Logger, newId, untilAborted } from '@flashreserve/ops';
import type { CatalogPort } from './ports';
import type { Settlement } from './settle-batch';
import type { HoldSettler } from './settle-holds';

/** Findings of one sweep: holds by outcome, and pages read. */
export type SweepReport = Readonly<Record<Settlement['outcome'] | 'failed' | 'pages', number>>;

export interface OverdueSweepDeps {
  readonly catalog: Pick<CatalogPort, 'listOverdueHolds'>;
  readonly settle: HoldSettler['settle'];
  /** Holds overdue by less than this are left to their jobs. */
  readonly graceMs: number;
  readonly log: Logger;
}

const LIST_TIMEOUT_MS = 5_000;
/**
 * After this many consecutive pages without a success the services are assumed down; the sweep
 * ends.
 */
const FAILED_PAGES_MAX = 3;
/** A million holds; the next sweep starts over and finds the rest. */
const PAGES_MAX = 2_000;

/**
 * The sweep: settles every hold that is overdue and still held, whatever happened to its job.
 * Always advances to the next page, so holds that cannot be settled do not block the others.
 *
 * @throws DomainError when a page cannot be listed; holds settled so far stay settled
 */
export const createOverdueSweep =
  ({ catalog, settle, graceMs, log }: OverdueSweepDeps) =>
  async (signal: AbortSignal): Promise<SweepReport> => {
    const requestId = newId();
    const report = { released: 0, sold: 0, 'no-hold': 0, 'not-due': 0, failed: 0, pages: 0 };
    let failedPages = 0;
    let pageToken = '';
    try {
      do {
        const page = await catalog.listOverdueHolds(
          { overdueForMs: graceMs, pageToken },
          { requestId, timeoutMs: LIST_TIMEOUT_MS, signal },
        );
        const outcomes = await untilAborted(settle(page.reservationIds), signal);
        if (outcomes === undefined) return report;
        report.pages += 1;
        const results = [...outcomes.values()];
        for (const result of results) {
          report[result.ok ? result.value.outcome : 'failed'] += 1;
        }
        const allFailed = results.length > 0 && results.every(({ ok }) => !ok);
        failedPages = allFailed ? failedPages + 1 : 0;
        if (failedPages === FAILED_PAGES_MAX) return report;
        pageToken = page.nextPageToken;
      } while (pageToken !== '' && report.pages < PAGES_MAX && !signal.aborted);
      return report;
    } finally {
      logFindings(log, report, requestId);
    }
  };

const logFindings = (log: Logger, report: SweepReport, requestId: string): void => {
  const { pages, ...counts } = report;
  const found = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const line = { ...counts, found, pages, requestId };
  if (found === 0) log.debug(line, 'The sweep found nothing overdue.');
  else log.info(line, 'The sweep found overdue holds.');
};
