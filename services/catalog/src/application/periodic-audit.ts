import { describeCauses, type Logger } from '@flashreserve/ops';
import { findViolations, type StockInvariant } from '../domain/stock-violations';
import type { LedgerReader } from './ports';

/** What one look at a page of products found. */
export interface AuditLook {
  /** Products that were checked. */
  readonly products: number;
  /** One for each product and invariant that it breaks. */
  readonly violations: readonly StockInvariant[];
  /** True when it ended with the last product. */
  readonly endsRound: boolean;
  /** Sums of holds that were left out because there are too many. */
  readonly skipped: readonly ('held' | 'sold')[];
}

export interface PeriodicAudit {
  readonly start: () => void;
  /** Begins no further look and waits for the one under way. */
  readonly stop: () => Promise<void>;
}

/** Products of one look; their adjustments and the open holds are read with them in one transaction. */
const PAGE_SIZE = 500;
/** Looks of several instances are spread over this share of the interval. */
const JITTER = 0.2;

/** Looks at the next page of products each time it is called, and begins again after the last. */
const createLook = ({ ledger, log }: { readonly ledger: LedgerReader; readonly log: Logger }) => {
  let after: string | undefined;
  return async (): Promise<AuditLook> => {
    const { figures, skipped } = await ledger.read({ after, limit: PAGE_SIZE });
    const endsRound = figures.length < PAGE_SIZE;
    after = endsRound ? undefined : figures.at(-1)?.productId;
    const violations = figures.flatMap((product) => {
      const broken = findViolations(product);
      if (broken.length > 0) log.error({ ...product, broken }, 'The stock of a product is wrong.');
      return broken;
    });
    return { products: figures.length, violations, endsRound, skipped };
  };
};

/**
 * Checks the invariants of stock while the sale goes on: one page of products in each interval, so that its cost does
 * not grow with the catalogue. A look that fails is reported and repeated in the next interval.
 */
export const createPeriodicAudit = (deps: {
  readonly ledger: LedgerReader;
  /** Time between two looks, in milliseconds. */
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
        'The stock could not be checked; it is checked again in the next interval.',
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
