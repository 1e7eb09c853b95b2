import type { HoldDocument, ReservationDocument } from '../documents';
import { decideForHold, decideWithoutHold } from './decide';

const reservation = (
  status: ReservationDocument['status'],
  tombstone = false,
): ReservationDocument => ({ _id: 'r-1', status, ...(tombstone && { tombstone }) });

const decide = (state: HoldDocument['state'], status?: ReservationDocument['status']) =>
  decideForHold({ state }, status === undefined ? undefined : reservation(status));

describe('what reconciliation decides', () => {
  it.each([
    ['SOLD', undefined, 'restore-reservation'],
    ['SOLD', 'PENDING', 'confirm-reservation'],
    ['RELEASED', undefined, 'add-tombstone'],
    ['RELEASED', 'PENDING', 'expire-reservation'],
  ] as const)('a hold that is ahead wins: %s and %s: %s', (state, status, repair) => {
    expect(decide(state, status)).toEqual({ kind: 'repair', repair });
  });

  it.each([
    ['PENDING', 'expire-without-hold'],
    ['CONFIRMED', 'add-sold-hold'],
    ['CANCELLED', 'add-released-hold'],
    ['EXPIRED', 'add-released-hold'],
  ] as const)('a %s reservation whose hold was lost: %s', (status, repair) => {
    expect(decideWithoutHold(reservation(status))).toEqual({ kind: 'repair', repair });
  });

  it.each([undefined, 'PENDING', 'CONFIRMED', 'CANCELLED', 'EXPIRED'] as const)(
    'a hold that is still HELD is left to the worker, whatever the reservation is (%s)',
    (status) => {
      expect(decide('HELD', status)).toEqual({ kind: 'fits' });
    },
  );

  it.each([
    ['SOLD', 'CONFIRMED'],
    ['RELEASED', 'CANCELLED'],
    ['RELEASED', 'EXPIRED'],
  ] as const)('what fits is left alone: %s and %s', (state, status) => {
    expect(decide(state, status)).toEqual({ kind: 'fits' });
  });

  it('a tombstone gives way to a sale, because only a confirmed reservation sells its hold', () => {
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
  ] as const)('two different ends are for people to decide: %s and %s', (state, status) => {
    expect(decide(state, status)).toMatchObject({ kind: 'contradiction' });
  });
});
