import { checkHold } from './check-hold';
import type { HoldDocument, ReservationDocument } from './documents';

const lines = [{ productId: 'p', quantity: 2 }];
const hold = (state: HoldDocument['state']): HoldDocument => ({
  _id: 'r',
  customerId: 'c',
  lines,
  state,
  expireTime: new Date(),
  createdAt: new Date(),
});
const reservation = (
  status: ReservationDocument['status'],
  changes: Partial<ReservationDocument> = {},
): ReservationDocument => ({
  _id: 'r',
  customerId: 'c',
  lines,
  status,
  createdAt: new Date(),
  ...changes,
});
const check = (
  state: HoldDocument['state'],
  of: ReservationDocument | undefined,
  overdue = false,
) => checkHold(hold(state), of, { overdue });

describe('checkHold', () => {
  it.each([
    ['HELD', 'PENDING'],
    ['SOLD', 'CONFIRMED'],
    ['SOLD', 'RETURNED'],
    ['RELEASED', 'CANCELLED'],
    ['RELEASED', 'EXPIRED'],
  ] as const)('a %s hold fits a %s reservation', (state, status) => {
    expect(check(state, reservation(status))).toBeUndefined();
    expect(check(state, reservation(status), true)).toBe(
      status === 'PENDING' ? 'reservation and hold are overdue' : undefined,
    );
  });

  it.each(['CONFIRMED', 'RETURNED', 'CANCELLED', 'EXPIRED'] as const)(
    'a HELD hold of a %s reservation is wrong only once it is overdue',
    (status) => {
      expect(check('HELD', reservation(status))).toBeUndefined();
      expect(check('HELD', reservation(status), true)).toBe(
        `the reservation is ${status} and its hold is HELD`,
      );
    },
  );

  it.each([
    ['RELEASED', 'PENDING'],
    ['SOLD', 'PENDING'],
    ['RELEASED', 'CONFIRMED'],
    ['RELEASED', 'RETURNED'],
    ['SOLD', 'EXPIRED'],
    ['SOLD', 'CANCELLED'],
  ] as const)('a %s hold is wrong at once for a %s reservation', (state, status) => {
    expect(check(state, reservation(status))).toBe(
      `the reservation is ${status} and its hold is ${state}`,
    );
  });

  it('a hold without a reservation is wrong only once it is overdue', () => {
    expect(check('HELD', undefined)).toBeUndefined();
    expect(check('HELD', undefined, true)).toMatch(/overdue/);
    expect(check('SOLD', undefined)).toMatch(/no reservation/);
  });

  it('a tombstone counts as an expired reservation without customer or lines', () => {
    const tombstone: ReservationDocument = {
      _id: 'r',
      status: 'EXPIRED',
      tombstone: true,
      createdAt: new Date(),
    };

    expect(check('RELEASED', tombstone)).toBeUndefined();
    expect(check('SOLD', tombstone)).toBe('the reservation is EXPIRED and its hold is SOLD');
  });

  it('a different customer or different lines are wrong', () => {
    expect(check('HELD', reservation('PENDING', { customerId: 'x' }))).toMatch(
      /different customers/,
    );
    expect(
      check('HELD', reservation('PENDING', { lines: [{ productId: 'p', quantity: 1 }] })),
    ).toMatch(/different lines/);
  });
});
