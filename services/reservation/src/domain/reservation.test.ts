import { isDue, type ReservationStatus, refusalFor, sameLines, sumLines } from './reservation';

const expiresAt = new Date('2026-01-01T00:10:00Z');
const before = new Date(expiresAt.getTime() - 1);

describe('sumLines', () => {
  it('lines of one product are merged, and products keep their first order', () => {
    expect(
      sumLines([
        { productId: 'b', quantity: 1 },
        { productId: 'a', quantity: 2 },
        { productId: 'b', quantity: 3 },
      ]),
    ).toEqual([
      { productId: 'b', quantity: 4 },
      { productId: 'a', quantity: 2 },
    ]);
  });
});

describe('sameLines', () => {
  const lines = [
    { productId: 'a', quantity: 1 },
    { productId: 'b', quantity: 2 },
  ];

  it('the order of lines does not matter', () => {
    expect(sameLines(lines, lines.toReversed())).toBe(true);
  });

  it.each([
    ['another quantity', [lines[0], { productId: 'b', quantity: 1 }]],
    ['another product', [lines[0], { productId: 'c', quantity: 2 }]],
    ['a missing line', [lines[0]]],
    ['an additional line', [...lines, { productId: 'c', quantity: 1 }]],
  ])('two lists of lines differ by %s', (_difference, others) => {
    const given = others.flatMap((line) => (line === undefined ? [] : [line]));
    expect(sameLines(lines, given)).toBe(false);
    expect(sameLines(given, lines)).toBe(false);
  });
});

describe('isDue', () => {
  it('a reservation is due from the instant of its expiry on', () => {
    expect(isDue({ expiresAt }, before)).toBe(false);
    expect(isDue({ expiresAt }, expiresAt)).toBe(true);
  });
});

describe('refusalFor', () => {
  const reasonAt = (status: ReservationStatus, now: Date) =>
    refusalFor({ status, expiresAt }, now)?.reason;

  it('every final state has its own reason', () => {
    expect(reasonAt('CONFIRMED', before)).toBe('RESERVATION_CONFIRMED');
    expect(reasonAt('CANCELLED', before)).toBe('RESERVATION_CANCELLED');
    expect(reasonAt('EXPIRED', before)).toBe('RESERVATION_EXPIRED');
  });

  it('a pending reservation is not refused, and counts as expired as soon as it is due', () => {
    expect(reasonAt('PENDING', before)).toBeUndefined();
    expect(reasonAt('PENDING', expiresAt)).toBe('RESERVATION_EXPIRED');
  });
});
