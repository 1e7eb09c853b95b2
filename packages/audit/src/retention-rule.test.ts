import { createRetentionRule } from './retention-rule';

const DAY_MS = 86_400_000;
const NOW = Date.UTC(2026, 6, 1);
const daysAgo = (days: number): Date => new Date(NOW - days * DAY_MS);

describe('what retention may have deleted', () => {
  const { mayLackReservation, mayLackHold } = createRetentionRule(
    { retentionDays: 30, idempotencyDays: 7 },
    NOW,
  );

  it.each([
    ['RELEASED', 6, false],
    ['RELEASED', 7, true],
    ['SOLD', 29, false],
    ['SOLD', 30, true],
    ['HELD', 500, false],
  ] as const)('a %s hold of %i days without its reservation: %s', (state, days, may) => {
    const time = daysAgo(days);
    expect(mayLackReservation({ state, createdAt: time, settledAt: time })).toBe(may);
  });

  it.each([
    ['CANCELLED', 6, false],
    ['CANCELLED', 7, true],
    ['EXPIRED', 7, true],
    // A confirmed reservation is deleted a week before its hold.
    ['CONFIRMED', 36, false],
    ['CONFIRMED', 37, true],
    ['PENDING', 500, false],
  ] as const)('a %s reservation of %i days without its hold: %s', (status, days, may) => {
    expect(mayLackHold({ status, createdAt: daysAgo(days) })).toBe(may);
  });

  it('a tombstone may always lack its hold', () => {
    expect(mayLackHold({ status: 'EXPIRED', tombstone: true, createdAt: daysAgo(0) })).toBe(true);
  });
});
