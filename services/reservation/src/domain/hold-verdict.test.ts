import { askAgain, type HoldVerdict, verdictFor } from './hold-verdict';
import type { ReservationStatus } from './reservation';

const expiresAt = new Date('2026-01-01T00:10:00Z');
const at = (status: ReservationStatus, msBefore: number): HoldVerdict =>
  verdictFor({ status, expiresAt }, new Date(expiresAt.getTime() - msBefore));

describe('verdictFor', () => {
  it('confirmed and returned reservations are sold, cancelled and expired ones released, regardless of the time', () => {
    for (const msBefore of [1_000, 0, -1_000]) {
      expect(at('CONFIRMED', msBefore)).toEqual({ kind: 'SELL' });
      expect(at('RETURNED', msBefore)).toEqual({ kind: 'SELL' });
      expect(at('CANCELLED', msBefore)).toEqual({ kind: 'RELEASE' });
      expect(at('EXPIRED', msBefore)).toEqual({ kind: 'RELEASE' });
    }
  });

  it('the hold of a pending reservation is never settled, even if it is due', () => {
    expect(at('PENDING', 1_500)).toEqual({ kind: 'NOT_DUE', remainingMs: 1_500 });
    expect(at('PENDING', 1)).toEqual({ kind: 'NOT_DUE', remainingMs: 1 });
    expect(at('PENDING', 0)).toEqual(askAgain);
    expect(at('PENDING', -60_000)).toEqual(askAgain);
  });

  it('contradictory store results are retried soon, but not at once', () => {
    expect(askAgain).toEqual({ kind: 'NOT_DUE', remainingMs: expect.any(Number) });
    const { remainingMs = 0 } = askAgain as { readonly remainingMs?: number };
    expect(remainingMs).toBeGreaterThanOrEqual(10);
    expect(remainingMs).toBeLessThanOrEqual(1_000);
  });
});
