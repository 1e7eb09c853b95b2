import type { HoldDocument, ReservationDocument } from '../documents';
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

const decide = (state: HoldDocument['state'], status?: ReservationDocument['status']) =>
  decideForHold({ state }, status === undefined ? undefined : reservation(status));

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
    expect(decideForHold({ state: 'SOLD' }, reservation('EXPIRED', true))).toEqual({
      kind: 'repair',
      repair: 'restore-reservation',
    });
  });

  it('a tombstone needs no hold', () => {
    expect(decideWithoutHold(reservation('EXPIRED', true))).toEqual({ kind: 'fits' });
  });

  it.each([
    ['SOLD', 'CANCELLED'],
    ['SOLD', 'EXPIRED'],
    ['RELEASED', 'CONFIRMED'],
  ] as const)(
    'different final states need a manual decision: %s hold, %s reservation',
    (state, status) => {
      expect(decide(state, status)).toMatchObject({ kind: 'contradiction' });
    },
  );
});
