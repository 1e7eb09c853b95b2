import { createTestClock } from '@flashreserve/ops';
import { askAgain } from '../domain/hold-verdict';
import { type Reservation, TOMBSTONE } from '../domain/reservation';
import { createMemoryReservations } from '../testing/memory-reservations';
import { createExpireReservations } from './expire-reservations';

const NOW = new Date('2026-01-01T12:00:00Z');
const RELEASE = { kind: 'RELEASE' };

const reservation = (
  reservationId: string,
  difference: Partial<Reservation> = {},
): Reservation => ({
  reservationId,
  customerId: 'customer',
  status: 'PENDING',
  lines: [{ productId: 'a', quantity: 1 }],
  expiresAt: NOW,
  createdAt: new Date('2026-01-01T11:50:00Z'),
  ...difference,
});
const later = (ms: number): Date => new Date(NOW.getTime() + ms);

const setUp = (...stored: readonly Reservation[]) => {
  const reservations = createMemoryReservations();
  for (const one of stored) reservations.put(one);
  const expire = createExpireReservations({ reservations, clock: createTestClock(NOW) });
  return { reservations, expire };
};

describe('ExpireReservations', () => {
  it('due reservations are expired with one write, and no read if all were due', async () => {
    const { expire, reservations } = setUp(reservation('r1'), reservation('r2'));
    const read = jest.spyOn(reservations, 'findFates');

    expect(await expire(['r2', 'r1'])).toEqual([
      { reservationId: 'r2', verdict: RELEASE },
      { reservationId: 'r1', verdict: RELEASE },
    ]);

    for (const id of ['r1', 'r2']) {
      expect(reservations.at(id)).toMatchObject({ status: 'EXPIRED', expiredAt: NOW });
    }
    expect(read).not.toHaveBeenCalled();
  });

  it('each verdict follows from the state of its reservation, in the order of the ids', async () => {
    const { expire, reservations } = setUp(
      reservation('due'),
      reservation('sold', { status: 'CONFIRMED' }),
      reservation('given-up', { status: 'CANCELLED' }),
      reservation('expired', { status: 'EXPIRED' }),
      reservation('alive', { expiresAt: later(1_500) }),
    );
    const bury = jest.spyOn(reservations, 'insertTombstones');

    expect(await expire(['alive', 'sold', 'due', 'given-up', 'expired'])).toEqual([
      { reservationId: 'alive', verdict: { kind: 'NOT_DUE', remainingMs: 1_500 } },
      { reservationId: 'sold', verdict: { kind: 'SELL' } },
      { reservationId: 'due', verdict: RELEASE },
      { reservationId: 'given-up', verdict: RELEASE },
      { reservationId: 'expired', verdict: RELEASE },
    ]);
    expect(reservations.at('alive')).toMatchObject({ status: 'PENDING' });
    expect(bury).not.toHaveBeenCalled();
  });

  it('an id without a reservation is released, and no reservation can be written for it later', async () => {
    const { expire, reservations } = setUp(reservation('due'));

    expect(await expire(['lost', 'due'])).toEqual([
      { reservationId: 'lost', verdict: RELEASE },
      { reservationId: 'due', verdict: RELEASE },
    ]);

    expect(reservations.at('lost')).toBe(TOMBSTONE);
    expect(await reservations.insert([reservation('lost')])).toEqual(['exists']);
  });

  it('a reservation written just before its tombstone stays', async () => {
    const { expire, reservations } = setUp();
    const late = reservation('late', { expiresAt: later(60_000) });
    const bury = reservations.insertTombstones;
    jest.spyOn(reservations, 'insertTombstones').mockImplementation(async (ids, now) => {
      reservations.put(late);
      await bury(ids, now);
    });

    expect(await expire(['late', 'lost'])).toEqual([
      { reservationId: 'late', verdict: { kind: 'NOT_DUE', remainingMs: 60_000 } },
      { reservationId: 'lost', verdict: RELEASE },
    ]);
    expect(reservations.at('late')).toEqual(late);
  });

  it('contradictory store results settle no hold and are retried soon', async () => {
    const { expire, reservations } = setUp();
    jest.spyOn(reservations, 'insertTombstones').mockResolvedValue(undefined);

    expect(await expire(['lost'])).toEqual([{ reservationId: 'lost', verdict: askAgain }]);
  });
});
