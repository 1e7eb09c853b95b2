import { describeCauses, type Logger } from '@flashreserve/ops';
import { findViolations, type StockInvariant } from '../domain/stock-violations';
import type { LedgerReader } from './ports';

/** Result of checking one page of products. */
export interface AuditLook {
  /** Number of products checked. */
  readonly products: number;
  /** One entry per product and violated invariant. */
  readonly violations: readonly StockInvariant[];
  /** Whether the page included the last product. */
  readonly endsRound: boolean;
  /** False if the sums of HELD holds were left out, because there are too many. */
  readonly isHeldRead: boolean;
}

export interface PeriodicAudit {
  readonly start: () => void;
  /** Stops the audit; resolves once a check in flight has ended. */
  readonly stop: () => Promise<void>;
}

/** Products per check; their adjustments and open holds are read in the same transaction. */
const PAGE_SIZE = 500;
/** Share of the interval over which the checks of several instances are spread. */
const JITTER = 0.2;

/** Each call checks the next page of products; after the last page it starts over. */
const createLook = ({ ledger, log }: { readonly ledger: LedgerReader; readonly log: Logger }) => {
  let after: string | undefined;
  return async (): Promise<AuditLook> => {
    const { figures, isHeldRead } = await ledger.read({ after, limit: PAGE_SIZE });
    const endsRound = figures.length < PAGE_SIZE;
    after = endsRound ? undefined : figures.at(-1)?.productId;
    const violations = figures.flatMap((product) => {
      const broken = findViolations(product);
      if (broken.length > 0)
        log.error({ ...product, broken }, 'The stock of a product violates an invariant.');
      return broken;
    });
    return { products: figures.length, violations, endsRound, isHeldRead };
  };
};

/**
 * Checks the stock invariants during a sale: one page of products per interval, so that the cost
 * does not grow with the catalogue. A failed check is reported and retried in the next interval.
 */
export const createPeriodicAudit = (deps: {
  readonly ledger: LedgerReader;
  /** Interval between checks, in milliseconds. */
  readonly intervalMs: number;
  readonly log: Logger;
  readonly onLook: (look: AuditLook) => void;
  readonly onFailure: () => void;
  readonly random?: () => number;
}): PeriodicAudit => {
  const { intervalMs, log, onLook, onFailure, random = Math.random } = deps;
  const lookOnce = createLook(deps);
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let underWay: Promise<void> = Promise.resolve();

  const look = async (): Promise<void> => {
    try {
      onLook(await lookOnce());
    } catch (error) {
      onFailure();
      log.warn(
        { causes: describeCauses(error) },
        'The periodic audit failed; it is retried in the next interval.',
      );
    }
    schedule();
  };
  const schedule = (): void => {
    if (stopped) return;
    const pauseMs = intervalMs * (1 - JITTER * random());
    timer = setTimeout(() => {
      underWay = look();
    }, pauseMs).unref();
  };
  return {
    start: schedule,
    stop: () => {
      stopped = true;
      clearTimeout(timer);
      return underWay;
    },
  };
};
