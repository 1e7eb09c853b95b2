import type { Reservation, ReservationReturn } from './reservation';
import { isReturnOf, planReturn, returnableLines, type WantedReturn } from './reservation-return';

const NOW = new Date('2026-01-01T12:00:00Z');

const made = (changes: Partial<ReservationReturn> = {}): ReservationReturn => ({
  returnId: 'one',
  lines: [{ productId: 'a', quantity: 1 }],
  writeOff: false,
  reason: 'too small',
  createdAt: NOW,
  ...changes,
});

const reservation = (changes: Partial<Reservation> = {}): Reservation => ({
  reservationId: 'r',
  customerId: 'c',
  lines: [
    { productId: 'a', quantity: 3 },
    { productId: 'b', quantity: 1 },
  ],
  status: 'CONFIRMED',
  expiresAt: NOW,
  createdAt: NOW,
  ...changes,
});

const wanted = (changes: Partial<WantedReturn> = {}): WantedReturn => ({
  returnId: 'two',
  lines: [],
  writeOff: false,
  reason: 'too small',
  ...changes,
});

const reasonOf = (plan: () => unknown): unknown => {
  try {
    return plan();
  } catch (error) {
    return (error as { reason: string }).reason;
  }
};

describe('planReturn', () => {
  it('without lines it returns all units that are left', () => {
    const seen = reservation({ returns: [made()] });

    expect(planReturn(seen, wanted(), NOW)).toEqual({
      returnId: 'two',
      lines: [
        { productId: 'a', quantity: 2 },
        { productId: 'b', quantity: 1 },
      ],
      writeOff: false,
      reason: 'too small',
      isAll: true,
      createdAt: NOW,
    });
  });

  it('with lines it returns those, up to what is left of each', () => {
    const seen = reservation({ returns: [made()] });
    const plan = (quantity: number) => () =>
      planReturn(seen, wanted({ lines: [{ productId: 'a', quantity }] }), NOW);

    expect(plan(2)()).toMatchObject({ lines: [{ productId: 'a', quantity: 2 }] });
    expect(plan(2)()).not.toHaveProperty('isAll');
    expect(plan(3)).toThrow('Only 2 unit(s) of product a can still be returned.');
  });

  it('units of a product that it does not have are refused', () => {
    const lines = [{ productId: 'x', quantity: 1 }];
    expect(reasonOf(() => planReturn(reservation(), wanted({ lines }), NOW))).toBe(
      'RETURN_EXCEEDS_UNITS',
    );
  });

  it.each(['PENDING', 'CANCELLED', 'EXPIRED', 'RETURNED'] as const)('%s is refused', (status) => {
    expect(reasonOf(() => planReturn(reservation({ status }), wanted(), NOW))).toBe(
      `RESERVATION_${status}`,
    );
  });

  it('there are at most 100 returns', () => {
    const returns = Array.from({ length: 100 }, () => made({ lines: [] }));
    const plan = (some: typeof returns) => () =>
      planReturn(reservation({ returns: some }), wanted(), NOW);

    expect(reasonOf(plan(returns))).toBe('RETURNS_LIMITED');
    expect(plan(returns.slice(1))).not.toThrow();
  });
});

describe('returnableLines', () => {
  it('leaves out products without units', () => {
    const returns = [made({ lines: [{ productId: 'b', quantity: 1 }] }), made(), made()];
    expect(returnableLines(reservation({ returns }))).toEqual([{ productId: 'a', quantity: 1 }]);
  });
});

describe('isReturnOf', () => {
  const lines = [
    { productId: 'a', quantity: 1 },
    { productId: 'b', quantity: 1 },
  ];
  it('a retry may have its lines in another order', () => {
    expect(isReturnOf(made({ lines }), wanted({ lines: lines.toReversed() }))).toBe(true);
  });

  it.each([
    ['other lines', {}],
    ['another outcome', { lines, writeOff: true }],
    ['another reason', { lines, reason: 'broken' }],
    ['all units', { lines: [] }],
  ])('a request with %s is not a retry', (_what, changes) => {
    const other = wanted({ lines: [{ productId: 'a', quantity: 1 }], ...changes });
    expect(isReturnOf(made({ lines }), other)).toBe(false);
  });

  it('"all units" is a retry of "all units" only', () => {
    const all = made({ lines, isAll: true });
    expect(isReturnOf(all, wanted())).toBe(true);
    expect(isReturnOf(all, wanted({ lines }))).toBe(false);
  });
});
