import type { HoldVerdict } from './hold-verdict';
import { verdictFor } from './hold-verdict';
import type { ReservationStatus } from './reservation';

const expiresAt = new Date('2026-01-01T00:10:00Z');
const at = (status: ReservationStatus, msBefore: number): HoldVerdict =>
  verdictFor({ status, expiresAt }, new Date(expiresAt.getTime() - msBefore));

describe('verdictFor', () => {
  it('sells what is confirmed and releases what is cancelled or expired, whatever the time', () => {
    for (const msBefore of [1_000, 0, -1_000]) {
      expect(at('CONFIRMED', msBefore)).toEqual({ kind: 'SELL' });
      expect(at('CANCELLED', msBefore)).toEqual({ kind: 'RELEASE' });
      expect(at('EXPIRED', msBefore)).toEqual({ kind: 'RELEASE' });
    }
  });

  it('never ends the hold of a pending reservation, not even of one that is due', () => {
    expect(at('PENDING', 1_500)).toEqual({ kind: 'NOT_DUE', remainingMs: 1_500 });
    expect(at('PENDING', 0)).toMatchObject({ kind: 'NOT_DUE' });
    expect(at('PENDING', -60_000)).toMatchObject({ kind: 'NOT_DUE' });
  });
});
