import { Counter, Histogram, type Metrics } from '@flashreserve/ops';
import type { HotProducts } from '../application/hot-products';
import type { BatchObserver } from '../application/stock-writer';
import type { StockOutcome, StockRequest } from '../domain/stock-batch';

/** Outcomes of a request to take or to settle units. */
const OUTCOMES = [
  'held',
  'replayed',
  'sold_out',
  'sold',
  'released',
  'returned',
  'nothing_to_settle',
  'refused',
] as const;

type Outcome = (typeof OUTCOMES)[number];

const LATENESS_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800];

const nameOf = (request: StockRequest, outcome: StockOutcome): Outcome => {
  if (!outcome.ok) return outcome.error.reason === 'OUT_OF_STOCK' ? 'sold_out' : 'refused';
  const { changed } = outcome.value;
  if (request.kind === 'take') return changed ? 'held' : 'replayed';
  if (request.kind === 'return') return changed ? 'returned' : 'replayed';
  if (!changed) return 'nothing_to_settle';
  return request.into === 'SOLD' ? 'sold' : 'released';
};

/**
 * How long after its overdue time a hold was released, in seconds; undefined if it was released
 * earlier or not at all.
 */
const latenessSeconds = (request: StockRequest, outcome: StockOutcome): number | undefined => {
  if (request.kind !== 'settle' || request.into !== 'RELEASED' || !outcome.ok) return undefined;
  const { hold, changed } = outcome.value;
  if (!changed || hold?.settledAt === undefined) return undefined;
  const seconds = (hold.settledAt.getTime() - hold.overdueAt.getTime()) / 1_000;
  return seconds >= 0 ? seconds : undefined;
};

/**
 * Marks the requested products as hot, except for refused requests: unknown ids are not traffic.
 */
const touchProducts = (hot: HotProducts, request: StockRequest, outcome: Outcome): void => {
  if (request.kind !== 'take' || outcome === 'refused') return;
  for (const { productId } of request.hold.lines) hot.touch(productId);
};

/**
 * Counts outcomes of hold requests per batch, so that each entry costs little more than an
 * addition.
 */
export const createHoldMetrics = (metrics: Metrics, hot: HotProducts): BatchObserver => {
  const registers = [metrics];
  const requests = new Counter({
    name: 'flashreserve_hold_requests_total',
    help: 'Requests to take units, to settle a hold or to take back sold units, by outcome.',
    labelNames: ['outcome'] as const,
    registers,
  });
  const lateness = new Histogram({
    name: 'flashreserve_expiry_lateness_seconds',
    help: 'Time from the expiry of a hold until its units were released.',
    buckets: LATENESS_SECONDS,
    registers,
  });
  const counters = new Map(OUTCOMES.map((outcome) => [outcome, requests.labels(outcome)]));
  for (const counter of counters.values()) counter.inc(0);
  return (batch, outcomes) => {
    const counts = new Map<Outcome, number>();
    for (const [index, request] of batch.entries()) {
      const outcome = outcomes[index];
      if (outcome === undefined) continue;
      const name = nameOf(request, outcome);
      counts.set(name, (counts.get(name) ?? 0) + 1);
      touchProducts(hot, request, name);
      const late = latenessSeconds(request, outcome);
      if (late !== undefined) lateness.observe(late);
    }
    for (const [name, count] of counts) counters.get(name)?.inc(count);
  };
};
