import { isDue, type ReservationStatus, refusalFor, sameLines, sumLines } from './reservation';

const expiresAt = new Date('2026-01-01T00:10:00Z');
const before = new Date(expiresAt.getTime() - 1);

describe('sumLines', () => {
  it('adds up lines of one product and keeps the order in which products first came', () => {
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

  it('does not care for the order', () => {
    expect(sameLines(lines, lines.toReversed())).toBe(true);
  });

  it.each([
    ['another quantity', [lines[0], { productId: 'b', quantity: 1 }]],
    ['another product', [lines[0], { productId: 'c', quantity: 2 }]],
    ['a line less', [lines[0]]],
    ['a line more', [...lines, { productId: 'c', quantity: 1 }]],
  ])('sees %s', (_difference, others) => {
    const given = others.flatMap((line) => (line === undefined ? [] : [line]));
    expect(sameLines(lines, given)).toBe(false);
    expect(sameLines(given, lines)).toBe(false);
  });
});

describe('isDue', () => {
  it('is true from the instant of expiry on', () => {
    expect(isDue({ expiresAt }, before)).toBe(false);
    expect(isDue({ expiresAt }, expiresAt)).toBe(true);
  });
});

describe('refusalFor', () => {
  const reasonAt = (status: ReservationStatus, now: Date) =>
    refusalFor({ status, expiresAt }, now)?.reason;

  it('gives every final state a reason of its own', () => {
    expect(reasonAt('CONFIRMED', before)).toBe('RESERVATION_CONFIRMED');
    expect(reasonAt('CANCELLED', before)).toBe('RESERVATION_CANCELLED');
    expect(reasonAt('EXPIRED', before)).toBe('RESERVATION_EXPIRED');
  });

  it('refuses nothing while pending, and calls it expired as soon as it is due', () => {
    expect(reasonAt('PENDING', before)).toBeUndefined();
    expect(reasonAt('PENDING', expiresAt)).toBe('RESERVATION_EXPIRED');
  });
});
