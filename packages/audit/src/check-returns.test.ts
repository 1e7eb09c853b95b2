import { checkReturns } from './check-returns';
import type { HoldDocument, ReservationDocument, ReturnDocument } from './documents';

const lines = [{ productId: 'p', quantity: 2 }];
const made = (changes: Partial<ReturnDocument> = {}): ReturnDocument => ({
  returnId: 'one',
  lines: [{ productId: 'p', quantity: 1 }],
  writeOff: false,
  reason: 'too small',
  createdAt: new Date(1_000),
  ...changes,
});
const all = made({ lines });

const check = (
  held: readonly ReturnDocument[],
  reservation: Partial<ReservationDocument>,
  overdueBefore = 0,
) => {
  const hold: HoldDocument = {
    _id: 'r',
    customerId: 'c',
    lines,
    state: 'SOLD',
    expireTime: new Date(),
    createdAt: new Date(),
    returns: held,
  };
  return checkReturns(
    hold,
    {
      _id: 'r',
      customerId: 'c',
      lines,
      status: 'CONFIRMED',
      createdAt: new Date(),
      ...reservation,
    },
    { overdueBefore },
  );
};

describe('checkReturns', () => {
  it('the same returns on both sides are right', () => {
    expect(check([made()], { returns: [made()] })).toBeUndefined();
    expect(check([all], { returns: [all], status: 'RETURNED' })).toBeUndefined();
  });

  it('a return that only the reservation has is wrong if it is not marked, or overdue', () => {
    expect(check([], { returns: [made()], returnsPending: true })).toBeUndefined();
    expect(check([], { returns: [made()] })).toMatch(/not marked/);
    expect(check([], { returns: [made()], returnsPending: true }, 1_001)).toMatch(/overdue/);
  });

  it.each([
    ['a return of its own', made({ returnId: 'other' })],
    ['other units', all],
    ['another outcome', made({ writeOff: true })],
  ])('a hold with %s is wrong', (_what, held) => {
    expect(check([held], { returns: [made()] })).toBe(
      'the hold has a return that its reservation lacks',
    );
  });

  it.each([
    ['more than was sold', { returns: [all, made({ returnId: 'other' })] }, /more was returned/],
    [
      'units of another product',
      { returns: [made({ lines: [{ productId: 'x', quantity: 1 }] })] },
      /more was returned/,
    ],
    ['nothing although it is RETURNED', { status: 'RETURNED' as const }, /units left/],
    ['everything although it is CONFIRMED', { returns: [all] }, /no units left/],
    ['units although it is EXPIRED', { returns: [made()], status: 'EXPIRED' as const }, /EXPIRED/],
  ])(
    'a reservation that returned %s is wrong',
    (_what, reservation: Partial<ReservationDocument>, problem) => {
      expect(check(reservation.returns ?? [], reservation)).toMatch(problem);
    },
  );
});
