import type { HoldDocument, ReservationDocument, ReturnDocument } from '../documents';
import { decideForHold, decideWithoutHold } from './decide';

const reservation = (
  status: ReservationDocument['status'],
  tombstone = false,
): ReservationDocument => ({
  _id: 'r-1',
  status,
  createdAt: new Date(),
  ...(tombstone && { tombstone }),
});

const lines = [{ productId: 'p', quantity: 2 }];

const decide = (state: HoldDocument['state'], status?: ReservationDocument['status']) =>
  decideForHold({ state, lines }, status === undefined ? undefined : reservation(status));

const returnOf = (returnId: string, quantity: number): ReturnDocument => ({
  returnId,
  lines: [{ productId: 'p', quantity }],
  writeOff: false,
  reason: 'too small',
  createdAt: new Date(),
});

/** For a sold hold and its confirmed reservation with these returns. */
const decideReturns = (held: readonly ReturnDocument[], returns: readonly ReturnDocument[]) =>
  decideForHold({ state: 'SOLD', lines, returns: held }, { ...reservation('CONFIRMED'), returns });

describe('reconciliation decisions', () => {
  it.each([
    ['SOLD', undefined, 'restore-reservation'],
    ['SOLD', 'PENDING', 'confirm-reservation'],
    ['RELEASED', undefined, 'add-tombstone'],
    ['RELEASED', 'PENDING', 'expire-reservation'],
  ] as const)('a settled hold wins: %s hold, %s reservation: %s', (state, status, repair) => {
    expect(decide(state, status)).toEqual({ kind: 'repair', repair });
  });

  it.each([
    ['PENDING', 'expire-without-hold'],
    ['CONFIRMED', 'add-sold-hold'],
    ['RETURNED', 'add-sold-hold'],
    ['CANCELLED', 'add-released-hold'],
    ['EXPIRED', 'add-released-hold'],
  ] as const)('a %s reservation without a hold: %s', (status, repair) => {
    expect(decideWithoutHold(reservation(status))).toEqual({ kind: 'repair', repair });
  });

  it.each([undefined, 'PENDING', 'CONFIRMED', 'CANCELLED', 'EXPIRED'] as const)(
    'a HELD hold is left to the worker, whatever the reservation is (%s)',
    (status) => {
      expect(decide('HELD', status)).toEqual({ kind: 'fits' });
    },
  );

  it.each([
    ['SOLD', 'CONFIRMED'],
    ['RELEASED', 'CANCELLED'],
    ['RELEASED', 'EXPIRED'],
  ] as const)('matching states need no repair: %s hold, %s reservation', (state, status) => {
    expect(decide(state, status)).toEqual({ kind: 'fits' });
  });

  it('a sale replaces a tombstone, because only a confirmed reservation sells its hold', () => {
    expect(decideForHold({ state: 'SOLD', lines }, reservation('EXPIRED', true))).toEqual({
      kind: 'repair',
      repair: 'restore-reservation',
    });
  });

  it('returns that only one side has are added to the reservation, or told to catalog', () => {
    const one = returnOf('one', 1);
    const other = returnOf('other', 1);

    expect(decideReturns([one], [one])).toEqual({ kind: 'fits' });
    expect(decideReturns([one], [])).toEqual({ kind: 'repair', repair: 'restore-returns' });
    expect(decideReturns([one], [other])).toEqual({ kind: 'repair', repair: 'restore-returns' });
    expect(decideReturns([], [one])).toEqual({ kind: 'repair', repair: 'mark-returns' });
  });

  it.each([
    ['of the same units', returnOf('one', 2), returnOf('other', 1)],
    ['with the same id', returnOf('one', 2), returnOf('one', 1)],
  ])('different returns %s need a manual decision', (_what, held, made) => {
    expect(decideReturns([held], [made])).toMatchObject({ kind: 'contradiction' });
  });

  it('a tombstone needs no hold', () => {
    expect(decideWithoutHold(reservation('EXPIRED', true))).toEqual({ kind: 'fits' });
  });

  it.each([
    ['SOLD', 'CANCELLED'],
    ['SOLD', 'EXPIRED'],
    ['RELEASED', 'CONFIRMED'],
    ['RELEASED', 'RETURNED'],
  ] as const)(
    'different final states need a manual decision: %s hold, %s reservation',
    (state, status) => {
      expect(decide(state, status)).toMatchObject({ kind: 'contradiction' });
    },
  );
});
