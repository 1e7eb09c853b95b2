import type { Hold, HoldRequest, SettledState } from './hold';
import { planStockBatch, type StockRequest, type StockSnapshot } from './stock-batch';
import { noChanges } from './stock-changes';

const NOW = new Date('2026-01-01T12:00:00Z');
const LATER = new Date('2026-01-01T12:10:00Z');

const request = (reservationId: string, overrides: Partial<HoldRequest> = {}): HoldRequest => ({
  reservationId,
  customerId: 'customer',
  lines: [{ productId: 'a', quantity: 1 }],
  expiresAt: LATER,
  ...overrides,
});
const take = (reservationId: string, overrides: Partial<HoldRequest> = {}): StockRequest => ({
  kind: 'take',
  hold: request(reservationId, overrides),
  deadline: LATER,
});
const settle = (reservationId: string, into: SettledState): StockRequest => ({
  kind: 'settle',
  reservationId,
  into,
  deadline: LATER,
});
const held = (reservationId: string, overrides: Partial<Hold> = {}): Hold => ({
  ...request(reservationId),
  state: 'HELD',
  overdueAt: LATER,
  createdAt: new Date(0),
  ...overrides,
});
const snapshot = (
  available: Readonly<Record<string, number>>,
  holds: readonly Hold[] = [],
): StockSnapshot => ({
  holds: new Map(holds.map((hold) => [hold.reservationId, hold])),
  available: new Map(Object.entries(available)),
  prices: new Map(),
});
const plan = (requests: readonly StockRequest[], store: StockSnapshot) => {
  const { outcomes, changes } = planStockBatch(requests, store, NOW);
  return {
    changes,
    summary: outcomes.map((outcome) =>
      outcome.ok
        ? `${outcome.value.hold?.state ?? 'none'}${outcome.value.changed ? '!' : ''}`
        : outcome.error.reason,
    ),
  };
};

const NOTHING = noChanges(NOW);

describe('taking units', () => {
  it('taking units moves them into a hold', () => {
    const { outcomes, changes } = planStockBatch([take('r1')], snapshot({ a: 1 }), NOW);
    const hold = { ...request('r1'), state: 'HELD', overdueAt: LATER, createdAt: NOW };

    expect(outcomes).toEqual([{ ok: true, value: { hold, changed: true } }]);
    expect(changes).toEqual({
      ...NOTHING,
      movements: [{ productId: 'a', available: -1, held: 1, sold: 0, writtenOff: 0 }],
      made: [hold],
      settled: [],
      time: NOW,
    });
  });

  it.each([
    ['in the past', -86_400_000],
    ['right now', 0],
    ['far in the future', 86_400_000],
  ])(
    'the duration of a hold counts by this clock when the expiry by the caller clock is %s',
    (_, ms) => {
      const expiresAt = new Date(NOW.getTime() + ms);

      const { changes } = plan([take('r1', { expiresAt, holdMs: 600_000 })], snapshot({ a: 1 }));

      expect(changes.made).toMatchObject([{ expiresAt, overdueAt: LATER, holdMs: 600_000 }]);
    },
  );

  it('requests are served in order, and a batch writes one movement per product', () => {
    const { changes, summary } = plan([take('r1'), take('r2'), take('r3')], snapshot({ a: 2 }));

    expect(summary).toEqual(['HELD!', 'HELD!', 'OUT_OF_STOCK']);
    expect(changes.movements).toEqual([
      { productId: 'a', available: -2, held: 2, sold: 0, writtenOff: 0 },
    ]);
    expect(changes.made.map(({ reservationId }) => reservationId)).toEqual(['r1', 'r2']);
  });

  it('a cart with a sold-out line takes nothing, and the error names the line', () => {
    const lines = [
      { productId: 'a', quantity: 1 },
      { productId: 'b', quantity: 3 },
    ];
    const { outcomes, changes } = planStockBatch(
      [take('r1', { lines })],
      snapshot({ a: 5, b: 2 }),
      NOW,
    );

    expect(outcomes).toEqual([
      {
        ok: false,
        error: expect.objectContaining({
          reason: 'OUT_OF_STOCK',
          metadata: { productId: 'b', requestedUnits: '3' },
        }),
      },
    ]);
    expect(changes).toEqual(NOTHING);
  });

  it('a refused cart leaves its units to the rest of the batch', () => {
    const tooMuch = take('r1', { lines: [{ productId: 'a', quantity: 3 }] });

    expect(plan([tooMuch, take('r2')], snapshot({ a: 2 })).summary).toEqual([
      'OUT_OF_STOCK',
      'HELD!',
    ]);
  });

  it('an unknown product is named in the error, and the rest of the batch is served', () => {
    const unknown = take('r1', { lines: [{ productId: 'x', quantity: 1 }] });
    const { outcomes } = planStockBatch([unknown, take('r2')], snapshot({ a: 1 }), NOW);

    expect(outcomes).toMatchObject([
      { ok: false, error: { reason: 'PRODUCT_NOT_FOUND', metadata: { productId: 'x' } } },
      { ok: true },
    ]);
  });

  it('a request that arrives at its expiry is refused', () => {
    expect(plan([take('r1', { expiresAt: NOW })], snapshot({ a: 1 }))).toEqual({
      summary: ['HOLD_EXPIRED'],
      changes: NOTHING,
    });
  });

  it('a request whose deadline has passed takes nothing', () => {
    const late = { ...take('r1'), deadline: NOW };

    expect(plan([late, take('r2')], snapshot({ a: 1 })).summary).toEqual([
      'DEADLINE_EXCEEDED',
      'HELD!',
    ]);
  });

  it('movements are sorted by product, so that transactions lock in the same order', () => {
    const cart = (id: string, productId: string) =>
      take(id, { lines: [{ productId, quantity: 1 }] });
    const { changes } = plan(
      [cart('r1', 'c'), cart('r2', 'a'), cart('r3', 'b')],
      snapshot({ a: 1, b: 1, c: 1 }),
    );

    expect(changes.movements.map(({ productId }) => productId)).toEqual(['a', 'b', 'c']);
  });
});

describe('a retried request', () => {
  it('a retry returns the first hold and takes nothing more', () => {
    const first = held('r1', { expiresAt: new Date(5) });
    const { outcomes, changes } = planStockBatch([take('r1')], snapshot({ a: 9 }, [first]), NOW);

    expect(outcomes).toEqual([{ ok: true, value: { hold: first, changed: false } }]);
    expect(changes).toEqual(NOTHING);
  });

  it.each<[SettledState]>([['SOLD'], ['RELEASED']])(
    'a retry returns the hold in its current state: %s',
    (state) => {
      const first = held('r1', { state });

      expect(plan([take('r1')], snapshot({ a: 9 }, [first])).summary).toEqual([state]);
    },
  );

  it('a retry returns the hold even after the product sold out or the expiry passed', () => {
    const repeat = take('r1', { expiresAt: NOW });

    expect(plan([repeat], snapshot({ a: 0 }, [held('r1')])).summary).toEqual(['HELD']);
  });

  it.each<[string, Partial<HoldRequest>]>([
    ['another customer', { customerId: 'other' }],
    ['another quantity', { lines: [{ productId: 'a', quantity: 2 }] }],
    ['another product', { lines: [{ productId: 'b', quantity: 1 }] }],
  ])('a retry with %s is refused', (_difference, overrides) => {
    const { changes, summary } = plan(
      [take('r1', overrides)],
      snapshot({ a: 9, b: 9 }, [held('r1')]),
    );

    expect(summary).toEqual(['IDEMPOTENCY_KEY_REUSED']);
    expect(changes).toEqual(NOTHING);
  });

  it('a retry in the same batch shares the hold of the first request', () => {
    const { changes, summary } = plan(
      [take('r1'), take('r1'), take('r1', { customerId: 'other' })],
      snapshot({ a: 9 }),
    );

    expect(summary).toEqual(['HELD!', 'HELD', 'IDEMPOTENCY_KEY_REUSED']);
    expect(changes.movements).toEqual([
      { productId: 'a', available: -1, held: 1, sold: 0, writtenOff: 0 },
    ]);
    expect(changes.made).toHaveLength(1);
  });
});

describe('settling holds', () => {
  const twoLines = [
    { productId: 'a', quantity: 2 },
    { productId: 'b', quantity: 1 },
  ];

  it('releasing a hold puts its units back on sale', () => {
    const { changes, summary } = plan(
      [settle('r1', 'RELEASED')],
      snapshot({ a: 0, b: 4 }, [held('r1', { lines: twoLines })]),
    );

    expect(summary).toEqual(['RELEASED!']);
    expect(changes).toEqual({
      ...NOTHING,
      movements: [
        { productId: 'a', available: 2, held: -2, sold: 0, writtenOff: 0 },
        { productId: 'b', available: 1, held: -1, sold: 0, writtenOff: 0 },
      ],
      made: [],
      settled: [held('r1', { lines: twoLines, state: 'RELEASED', settledAt: NOW })],
      time: NOW,
    });
  });

  it('selling a hold turns its units into sales', () => {
    const { changes, summary } = plan([settle('r1', 'SOLD')], snapshot({ a: 0 }, [held('r1')]));

    expect(summary).toEqual(['SOLD!']);
    expect(changes.movements).toEqual([
      { productId: 'a', available: 0, held: -1, sold: 1, writtenOff: 0 },
    ]);
  });

  it.each<[SettledState, SettledState]>([
    ['SOLD', 'RELEASED'],
    ['RELEASED', 'SOLD'],
    ['SOLD', 'SOLD'],
    ['RELEASED', 'RELEASED'],
  ])('a %s hold is left unchanged by a settlement into %s', (state, into) => {
    expect(plan([settle('r1', into)], snapshot({ a: 0 }, [held('r1', { state })]))).toEqual({
      summary: [state],
      changes: NOTHING,
    });
  });

  it('settling a hold that does not exist reports none', () => {
    expect(plan([settle('r1', 'SOLD')], snapshot({}))).toEqual({
      summary: ['none'],
      changes: NOTHING,
    });
  });

  it('the first of several conflicting settlements in a batch wins', () => {
    const { changes, summary } = plan(
      [settle('r1', 'RELEASED'), settle('r1', 'SOLD'), settle('r1', 'RELEASED')],
      snapshot({ a: 0 }, [held('r1')]),
    );

    expect(summary).toEqual(['RELEASED!', 'RELEASED', 'RELEASED']);
    expect(changes.movements).toEqual([
      { productId: 'a', available: 1, held: -1, sold: 0, writtenOff: 0 },
    ]);
    expect(changes.settled).toHaveLength(1);
  });

  it('units that a batch releases can be taken later in the same batch', () => {
    const { changes, summary } = plan(
      [take('r2'), settle('r1', 'RELEASED'), take('r3')],
      snapshot({ a: 0 }, [held('r1')]),
    );

    expect(summary).toEqual(['OUT_OF_STOCK', 'RELEASED!', 'HELD!']);
    expect(changes.movements).toEqual([]);
    expect(changes.made.map(({ reservationId }) => reservationId)).toEqual(['r3']);
    expect(changes.settled.map(({ reservationId }) => reservationId)).toEqual(['r1']);
  });

  it('a hold created and settled in one batch is written once, as settled', () => {
    const { changes, summary } = plan([take('r1'), settle('r1', 'SOLD')], snapshot({ a: 1 }));

    expect(summary).toEqual(['HELD!', 'SOLD!']);
    expect(changes).toMatchObject({
      movements: [{ productId: 'a', available: -1, held: 0, sold: 1, writtenOff: 0 }],
      made: [{ reservationId: 'r1', state: 'SOLD', settledAt: NOW }],
      settled: [],
    });
  });

  it('a hold with a deleted product can be settled, and its other units are released', () => {
    const { changes, summary } = plan(
      [settle('r1', 'RELEASED')],
      snapshot({ b: 0 }, [held('r1', { lines: twoLines })]),
    );

    expect(summary).toEqual(['RELEASED!']);
    expect(changes.movements).toEqual([
      { productId: 'b', available: 1, held: -1, sold: 0, writtenOff: 0 },
    ]);
  });
});
