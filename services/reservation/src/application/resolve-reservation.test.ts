import { createTestClock } from '@flashreserve/ops';
import type { Reservation, ReservationStatus } from '../domain/reservation';
import { createMemoryReservations } from '../testing/memory-reservations';
import { type AddressedReservation, ANY_CUSTOMER, type Resolution } from './ports';
import { createResolveReservation } from './resolve-reservation';

const NOW = new Date('2026-01-01T12:00:00Z');
const pending: Reservation = {
  reservationId: 'r1',
  customerId: 'customer',
  status: 'PENDING',
  lines: [{ productId: 'a', quantity: 1 }],
  expiresAt: new Date('2026-01-01T12:10:00Z'),
  createdAt: NOW,
};
const owned = { reservationId: 'r1', customerId: 'customer' };
const deadline = new Date('2026-01-01T12:00:10Z');

/** `beforeExpiry` runs where another caller could interfere. */
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
    resolve: (to: Resolution['to'], whose: AddressedReservation = owned) =>
      resolveReservation(whose, { to, by: 'customer' }, { deadline }),
    /** Makes the next updates miss the reservation although it exists. */
    missNext: (times: number) => {
      missesLeft = times;
    },
  };
};

describe.each(['CONFIRMED', 'CANCELLED'] as const)('resolving to %s', (to) => {
  const other = to === 'CONFIRMED' ? 'CANCELLED' : 'CONFIRMED';

  it('a pending reservation changes once; a retry by its owner succeeds and changes nothing', async () => {
    const { resolve, reservations, tried } = setUp();

    const first = await resolve(to);
    const second = await resolve(to);

    expect(first).toMatchObject({
      changed: true,
      reservation: { reservationId: 'r1', status: to },
    });
    expect(second).toEqual({ changed: false, reservation: first.reservation });
    expect(reservations.at('r1')).toEqual(first.reservation);
    expect(tried[0]).toEqual({ resolution: { ...owned, to, by: 'customer' }, deadline });
  });

  it('another customer gets the same error as for an unknown id', async () => {
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

  it('for any customer, a pending reservation changes once, and a tombstone is not found', async () => {
    const { resolve, reservations } = setUp();
    await reservations.insertTombstones(['lost'], NOW);

    const first = await resolve(to, { ...owned, customerId: ANY_CUSTOMER });
    const second = await resolve(to, { ...owned, customerId: ANY_CUSTOMER });
    const lost = resolve(to, { reservationId: 'lost', customerId: ANY_CUSTOMER });

    expect(first).toMatchObject({ changed: true, reservation: { ...owned, status: to } });
    expect(second).toEqual({ changed: false, reservation: first.reservation });
    await expect(lost).rejects.toMatchObject({ reason: 'RESERVATION_NOT_FOUND' });
  });

  it.each<[ReservationStatus]>([[other], ['EXPIRED']])(
    'a reservation that is already %s is refused with that reason and stays unchanged',
    async (status) => {
      const { resolve, reservations, tried } = setUp({ status });

      await expect(resolve(to)).rejects.toMatchObject({ reason: `RESERVATION_${status}` });

      expect(reservations.at('r1')).toEqual({ ...pending, status });
      expect(tried).toHaveLength(1);
    },
  );

  it('a due reservation is expired in the store before RESERVATION_EXPIRED is returned', async () => {
    const { resolve, clock, reservations } = setUp();
    clock.set(pending.expiresAt);

    await expect(resolve(to)).rejects.toMatchObject({ reason: 'RESERVATION_EXPIRED' });

    expect(reservations.at('r1')).toMatchObject({ status: 'EXPIRED' });
    clock.set(NOW);
    await expect(resolve(to)).rejects.toMatchObject({ reason: 'RESERVATION_EXPIRED' });
  });

  it('a reservation resolved in time by a concurrent call is not reported as expired', async () => {
    const subject = setUp({}, () => {
      subject.reservations.put({ ...pending, status: to });
    });
    subject.clock.set(pending.expiresAt);

    await expect(subject.resolve(to)).resolves.toMatchObject({
      changed: false,
      reservation: { status: to },
    });
  });

  it('the update is retried if a reservation appears between the update and the read', async () => {
    const { resolve, missNext, tried } = setUp();
    missNext(2);

    await expect(resolve(to)).resolves.toMatchObject({ changed: true });
    expect(tried).toHaveLength(3);
  });

  it('repeated contradictory store results end in STORE_UNAVAILABLE', async () => {
    const { resolve, missNext, reservations, tried } = setUp();
    missNext(3);

    await expect(resolve(to)).rejects.toMatchObject({ reason: 'STORE_UNAVAILABLE' });
    expect(tried).toHaveLength(3);
    expect(reservations.at('r1')).toEqual(pending);
  });
});
