import { createMetrics, createSilentLogger, createTestClock } from '@flashreserve/ops';
import { DomainError } from '@flashreserve/rpc';
import type { Hold, SettledState } from '../domain/hold';
import type { StockLevels } from '../domain/product';
import type { StockOutcome, StockRequest } from '../domain/stock-batch';
import { createCatalogMetrics } from './catalog-metrics';

const NOW = new Date('2026-01-01T12:00:00Z');
const DEADLINE = new Date('2026-01-01T12:00:10Z');

const holdOf = (productId: string): Hold => ({
  reservationId: 'r',
  customerId: 'c',
  lines: [{ productId, quantity: 1 }],
  expiresAt: NOW,
  overdueAt: NOW,
  state: 'HELD',
  createdAt: NOW,
});

const take = (productId = 'a'): StockRequest => ({
  kind: 'take',
  hold: holdOf(productId),
  deadline: DEADLINE,
});

const settle = (into: SettledState): StockRequest => ({
  kind: 'settle',
  reservationId: 'r',
  into,
  deadline: DEADLINE,
});

const done = (changed: boolean, settledAfterMs?: number): StockOutcome => ({
  ok: true,
  value: {
    hold: {
      ...holdOf('a'),
      ...(settledAfterMs !== undefined && {
        settledAt: new Date(NOW.getTime() + settledAfterMs),
      }),
    },
    changed,
  },
});

const refused = (reason: string): StockOutcome => ({
  ok: false,
  error: new DomainError({ kind: 'precondition', reason, message: 'No.' }),
});

const setUp = () => {
  const metrics = createMetrics();
  const clock = createTestClock(NOW);
  const measure = createCatalogMetrics(metrics, { clock, log: createSilentLogger() });
  const record = (...entries: readonly (readonly [StockRequest, StockOutcome])[]): void => {
    measure.holds(
      entries.map(([request]) => request),
      entries.map(([, outcome]) => outcome),
    );
  };
  return { metrics, clock, measure, record };
};

const LEVELS: StockLevels = { available: 5, held: 2, sold: 3, writtenOff: 1 };

describe('metrics of holds', () => {
  it('every hold request is counted by outcome', async () => {
    const { metrics, record } = setUp();

    record(
      [take(), done(true)],
      [take(), done(true)],
      [take(), done(false)],
      [take(), refused('OUT_OF_STOCK')],
      [take(), refused('PRODUCT_NOT_FOUND')],
      [settle('SOLD'), done(true, -5)],
      [settle('RELEASED'), done(true, -5)],
      [settle('RELEASED'), done(false, -5)],
    );

    const text = await metrics.metrics();
    const expected = {
      held: 2,
      replayed: 1,
      sold_out: 1,
      refused: 1,
      sold: 1,
      released: 1,
      nothing_to_settle: 1,
    };
    for (const [outcome, count] of Object.entries(expected)) {
      expect(text).toContain(`flashreserve_hold_requests_total{outcome="${outcome}"} ${count}`);
    }
  });

  it('lateness is measured for holds released after their overdue time only', async () => {
    const { metrics, record } = setUp();

    record(
      [settle('RELEASED'), done(true, 400)],
      [settle('RELEASED'), done(true, -60_000)],
      [settle('RELEASED'), done(false, 9_000)],
      [settle('SOLD'), done(true, 9_000)],
    );

    const text = await metrics.metrics();
    expect(text).toContain('flashreserve_expiry_lateness_seconds_count 1');
    expect(text).toContain('flashreserve_expiry_lateness_seconds_sum 0.4');
  });
});

describe('the units of hot products', () => {
  it('units are read from the store, including sold-out products and excluding unknown ids', async () => {
    const { metrics, measure, record } = setUp();
    const asked: (readonly string[])[] = [];
    measure.showStock({
      findStockLevels: async (ids) => {
        asked.push(ids);
        return new Map(ids.map((id) => [id, LEVELS]));
      },
    });

    record(
      [take('a'), done(true)],
      [take('b'), refused('OUT_OF_STOCK')],
      [take('made-up'), refused('PRODUCT_NOT_FOUND')],
    );
    const text = await metrics.metrics();

    expect(asked).toEqual([['b', 'a']]);
    expect(text).toContain('flashreserve_product_units{product_id="a",state="available"} 5');
    expect(text).toContain('flashreserve_product_units{product_id="b",state="sold"} 3');
  });

  it('units of at most 20 products are exported, and disappear after the idle time', async () => {
    const { metrics, clock, measure, record } = setUp();
    measure.showStock({ findStockLevels: async (ids) => new Map(ids.map((id) => [id, LEVELS])) });
    const countSeries = async (): Promise<number> =>
      (await metrics.metrics()).match(/^flashreserve_product_units\{/gm)?.length ?? 0;

    record(...Array.from({ length: 50 }, (_, index) => [take(`p-${index}`), done(true)] as const));

    expect(await countSeries()).toBe(80);
    clock.advanceMs(11 * 60_000);
    expect(await countSeries()).toBe(0);
  });

  it('a store outage omits the units and no other metric', async () => {
    const { metrics, measure, record } = setUp();
    measure.showStock({
      findStockLevels: async () => {
        throw new Error('away');
      },
    });
    record([take(), done(true)]);

    const text = await metrics.metrics();

    expect(text).not.toMatch(/^flashreserve_product_units\{/m);
    expect(text).toContain('flashreserve_hold_requests_total{outcome="held"} 1');
  });
});

describe('metrics of the audit', () => {
  it('every invariant is exported from the start, and violations are counted', async () => {
    const { metrics, measure } = setUp();
    expect(await metrics.metrics()).toContain(
      'flashreserve_invariant_violations_total{invariant="oversold"} 0',
    );

    measure.audit.onLook({
      products: 3,
      violations: ['oversold', 'oversold'],
      endsRound: true,
      isHeldRead: false,
    });
    measure.audit.onFailure();

    const text = await metrics.metrics();
    expect(text).toContain('flashreserve_invariant_violations_total{invariant="oversold"} 2');
    expect(text).toContain('flashreserve_audit_products_total 3');
    expect(text).toContain('flashreserve_audit_rounds_total 1');
    expect(text).toContain('flashreserve_audit_skipped_sums_total{holds="held"} 1');
    expect(text).toContain('flashreserve_audit_failures_total 1');
  });
});
