import { createTestClock } from '@flashreserve/ops';
import type { Reservation, ReservationStatus } from '../domain/reservation';
import { createMemoryReservations } from '../testing/memory-reservations';
import type { Resolution } from './ports';
import { createResolveReservation } from './resolve-reservation';

const NOW = new Date('2026-01-01T12:00:00Z');
const pending: Reservation = {
  id: 'r1',
  customerId: 'customer',
  status: 'PENDING',
  lines: [{ productId: 'a', quantity: 1 }],
  expiresAt: new Date('2026-01-01T12:10:00Z'),
  createdAt: NOW,
};
const owned = { reservationId: 'r1', customerId: 'customer' };
const deadline = new Date('2026-01-01T12:00:10Z');

/** `beforeExpiry` is where somebody else may come in between. */
const setUp = (given: Partial<Reservation> = {}, beforeExpiry: () => void = () => undefined) => {
  const clock = createTestClock(NOW);
  const reservations = createMemoryReservations();
  reservations.put({ ...pending, ...given });
  const tried: { readonly resolution: Resolution; readonly deadline: Date }[] = [];
  let missesLeft = 0;
  const resolveReservation = createResolveReservation({
    reservations: {
      findOwned: reservations.findOwned,
      expireDue: async (ids, now) => {
        beforeExpiry();
        return reservations.expireDue(ids, now);
      },
    },
    writer: {
      resolve: async (resolution, until) => {
        tried.push({ resolution, deadline: until });
        missesLeft -= 1;
        if (missesLeft >= 0) return undefined;
        return (await reservations.resolve([resolution], clock.now()))[0];
      },
    },
    clock,
  });
  return {
    clock,
    reservations,
    tried,
    resolve: (to: Resolution['to'], whose = owned) => resolveReservation(whose, to, { deadline }),
    /** Lets that many updates miss the reservation although it is there. */
    missNext: (times: number) => {
      missesLeft = times;
    },
  };
};

describe.each(['CONFIRMED', 'CANCELLED'] as const)('resolving to %s', (to) => {
  const other = to === 'CONFIRMED' ? 'CANCELLED' : 'CONFIRMED';

  it('changes a pending reservation once; a repeat by its owner succeeds and changes nothing', async () => {
    const { resolve, reservations, tried } = setUp();

    const first = await resolve(to);
    const second = await resolve(to);

    expect(first).toMatchObject({ changed: true, reservation: { id: 'r1', status: to } });
    expect(second).toEqual({ changed: false, reservation: first.reservation });
    expect(reservations.at('r1')).toEqual(first.reservation);
    expect(tried[0]).toEqual({ resolution: { ...owned, to }, deadline });
  });

  it('tells a stranger no more than that there is none', async () => {
    const { resolve, reservations } = setUp();

    await expect(resolve(to, { ...owned, customerId: 'stranger' })).rejects.toMatchObject({
      kind: 'not-found',
      reason: 'RESERVATION_NOT_FOUND',
    });
    await expect(resolve(to, { ...owned, reservationId: 'r2' })).rejects.toMatchObject({
      reason: 'RESERVATION_NOT_FOUND',
    });
    expect(reservations.at('r1')).toEqual(pending);
  });

  it.each<[ReservationStatus]>([[other], ['EXPIRED']])(
    'says that it is %s when that was first, and leaves it so',
    async (status) => {
      const { resolve, reservations, tried } = setUp({ status });

      await expect(resolve(to)).rejects.toMatchObject({ reason: `RESERVATION_${status}` });

      expect(reservations.at('r1')).toEqual({ ...pending, status });
      expect(tried).toHaveLength(1);
    },
  );

  it('expires a reservation for good before it says that its time is over', async () => {
    const { resolve, clock, reservations } = setUp();
    clock.set(pending.expiresAt);

    await expect(resolve(to)).rejects.toMatchObject({ reason: 'RESERVATION_EXPIRED' });

    expect(reservations.at('r1')).toMatchObject({ status: 'EXPIRED' });
    clock.set(NOW);
    await expect(resolve(to)).rejects.toMatchObject({ reason: 'RESERVATION_EXPIRED' });
  });

  it('does not call a reservation expired that was resolved in time and a moment before', async () => {
    const subject = setUp({}, () => {
      subject.reservations.put({ ...pending, status: to });
    });
    subject.clock.set(pending.expiresAt);

    await expect(subject.resolve(to)).resolves.toMatchObject({
      changed: false,
      reservation: { status: to },
    });
  });

  it('tries again when a reservation appears between the update that missed it and the read', async () => {
    const { resolve, missNext, tried } = setUp();
    missNext(2);

    await expect(resolve(to)).resolves.toMatchObject({ changed: true });
    expect(tried).toHaveLength(3);
  });

  it('gives up on a store that contradicts itself again and again', async () => {
    const { resolve, missNext, reservations, tried } = setUp();
    missNext(3);

    await expect(resolve(to)).rejects.toMatchObject({ reason: 'STORE_UNAVAILABLE' });
    expect(tried).toHaveLength(3);
    expect(reservations.at('r1')).toEqual(pending);
  });
});
