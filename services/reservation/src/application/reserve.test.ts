import { createSilentLogger, createTestClock } from '@flashreserve/ops';
import { DomainError, overloaded } from '@flashreserve/rpc';
import { type Reservation, TOMBSTONE } from '../domain/reservation';
import { catalogUnavailable, openHoldsLimited, storeUnsettled } from '../domain/reservation-errors';
import { createMemoryReservations } from '../testing/memory-reservations';
import type { WithinOpenHolds } from './open-holds-limit';
import type { Catalog, ExpiryScheduler, Hold, RequestScope } from './ports';
import type { ReservationWriter } from './reservation-writer';
import { createReserve } from './reserve';

const NOW = new Date('2026-01-01T12:00:00Z');
const TTL_SECONDS = 600;
const inSeconds = (seconds: number): Date => new Date(NOW.getTime() + seconds * 1_000);

const LINES = [
  { productId: 'a', quantity: 2 },
  { productId: 'b', quantity: 1 },
];
const keyed = { customerId: 'customer', lines: LINES, idempotencyKey: 'key' };
const scope: RequestScope = {
  requestId: 'request',
  deadline: inSeconds(10),
  log: createSilentLogger(),
};

/** A catalog that creates holds and returns existing ones, like the real one. */
const createHolds = (clock: { readonly now: () => Date }) => {
  const holds = new Map<string, Hold>();
  const taken: Parameters<Catalog['takeHold']>[0][] = [];
  const takeHold: Catalog['takeHold'] = async (request) => {
    taken.push(request);
    const { reservationId, expiresAt, lines } = request;
    const hold = holds.get(reservationId) ?? {
      state: 'HELD',
      expiresAt,
      createdAt: clock.now(),
      lines,
    };
    holds.set(reservationId, hold);
    return hold;
  };
  return { holds, taken, takeHold };
};

type Overrides = Pick<Catalog, 'takeHold'> &
  Pick<ReservationWriter, 'insert'> &
  ExpiryScheduler & { readonly withinOpenHolds: WithinOpenHolds };

const setUp = (overrides: Partial<Overrides> = {}) => {
  const clock = createTestClock(NOW);
  const reservations = createMemoryReservations();
  const catalog = createHolds(clock);
  const deadlines: Date[] = [];
  const scheduled: {
    readonly reservationId: string;
    readonly expiresAt: Date;
    repeated: boolean;
  }[] = [];
  const settled: { readonly reservationId: string; readonly verdict: string }[] = [];
  const reserve = createReserve({
    reservations,
    writer: {
      insert:
        overrides.insert ??
        (async (reservation, deadline) => {
          deadlines.push(deadline);
          const [written = 'exists'] = await reservations.insert([reservation]);
          return written;
        }),
    },
    catalog: { takeHold: overrides.takeHold ?? catalog.takeHold },
    scheduler: {
      scheduleExpiry:
        overrides.scheduleExpiry ??
        (async ({ reservationId, expiresAt }, { repeated }) => {
          scheduled.push({ reservationId, expiresAt, repeated });
        }),
      scheduleSettlement: () => Promise.reject(new Error('No job settles holds here.')),
    },
    settleHold: async (settlement) => {
      settled.push(settlement);
    },
    withinOpenHolds: overrides.withinOpenHolds,
    clock,
    ttlSeconds: TTL_SECONDS,
    maxHoldSeconds: TTL_SECONDS,
    graceMs: 0,
  });
  return { reserve, clock, reservations, ...catalog, deadlines, scheduled, settled };
};

/** The id is derived from customer and key, so a separate setup yields the same one. */
const idOfKey = async (): Promise<string> =>
  (await setUp().reserve(keyed, scope)).reservation.reservationId;

describe('Reserve', () => {
  it('a customer at the limit of open reservations takes no units', async () => {
    const refusal = openHoldsLimited(5, 60);
    const { reserve, taken } = setUp({ withinOpenHolds: () => Promise.reject(refusal) });

    await expect(reserve(keyed, scope)).rejects.toBe(refusal);
    expect(taken).toEqual([]);
  });

  it('the open-holds limit gets the reservation id and its customer', async () => {
    const claims: unknown[] = [];
    const { reserve, taken } = setUp({
      withinOpenHolds: (claim, work) => {
        claims.push(claim);
        return work({ mayStayHeld: () => undefined });
      },
    });

    const { reservation } = await reserve(keyed, scope);

    expect(claims).toEqual([{ reservationId: reservation.reservationId, customerId: 'customer' }]);
    expect(taken).toHaveLength(1);
  });

  it('the returned reservation is pending, stored, holds its units and is due after the hold time', async () => {
    const { reserve, reservations, taken, deadlines, scheduled } = setUp();

    const { reservation, replayed } = await reserve(keyed, scope);

    expect(replayed).toBe(false);
    expect(reservation).toEqual({
      reservationId: reservation.reservationId,
      customerId: 'customer',
      status: 'PENDING',
      lines: LINES,
      expiresAt: inSeconds(TTL_SECONDS),
      createdAt: NOW,
    });
    expect(reservations.at(reservation.reservationId)).toEqual(reservation);
    expect(taken).toEqual([
      {
        reservationId: reservation.reservationId,
        customerId: 'customer',
        lines: LINES,
        expiresAt: inSeconds(TTL_SECONDS),
        holdMs: TTL_SECONDS * 1_000,
      },
    ]);
    expect(deadlines).toEqual([scope.deadline]);
    expect(scheduled).toEqual([
      {
        reservationId: reservation.reservationId,
        expiresAt: reservation.expiresAt,
        repeated: false,
      },
    ]);
  });

  it('an inserted reservation is not read back', async () => {
    const { reserve, reservations } = setUp();
    const read = jest.spyOn(reservations, 'find');

    await reserve(keyed, scope);

    expect(read).not.toHaveBeenCalled();
  });

  it('each call without a key creates its own reservation', async () => {
    const { reserve } = setUp();
    const unkeyed = { customerId: 'customer', lines: LINES };

    const [one, other] = [await reserve(unkeyed, scope), await reserve(unkeyed, scope)];

    expect(one.reservation.reservationId).not.toBe(other.reservation.reservationId);
    expect([one.replayed, other.replayed]).toEqual([false, false]);
  });

  it.each([
    ['catalog does not reply', { takeHold: () => Promise.reject(catalogUnavailable(undefined)) }],
    ['the write queue is full', { insert: () => Promise.reject(overloaded()) }],
    ['the store is unavailable', { insert: () => Promise.reject(storeUnsettled()) }],
  ] as const)('an early expiry job is scheduled when %s', async (_name, overrides) => {
    const mayStayHeld = jest.fn();
    const { reserve, scheduled } = setUp({
      ...overrides,
      withinOpenHolds: (_claim, work) => work({ mayStayHeld }),
    });

    await expect(reserve(keyed, scope)).rejects.toMatchObject({
      reason: expect.stringMatching(/UNAVAILABLE|OVERLOADED/),
    });

    const reservationId = await idOfKey();
    expect(scheduled).toEqual([{ reservationId, expiresAt: inSeconds(5), repeated: false }]);
    expect(mayStayHeld).toHaveBeenCalledTimes(1);
  });

  it('a reservation lasts exactly the hold time, regardless of the clock of catalog', async () => {
    const { reserve, taken } = setUp();

    const { reservation } = await reserve(keyed, scope);

    expect(taken).toMatchObject([{ expiresAt: inSeconds(TTL_SECONDS), holdMs: 600_000 }]);
    expect(reservation.expiresAt.getTime() - reservation.createdAt.getTime()).toBe(600_000);
  });

  it('a replayed reservation that is due reads EXPIRED before any worker runs', async () => {
    const { reserve, clock, reservations } = setUp();
    const { reservation } = await reserve(keyed, scope);
    clock.set(reservation.expiresAt);

    expect(await reserve(keyed, scope)).toEqual({
      reservation: { ...reservation, status: 'EXPIRED', expiredAt: reservation.expiresAt },
      replayed: true,
    });
    expect(reservations.at(reservation.reservationId)).toMatchObject({ status: 'EXPIRED' });
  });

  it('a sold-out product writes and schedules nothing', async () => {
    const soldOut = new DomainError({ kind: 'precondition', reason: 'OUT_OF_STOCK', message: '' });
    const { reserve, reservations, scheduled } = setUp({
      takeHold: () => Promise.reject(soldOut),
    });

    await expect(reserve(keyed, scope)).rejects.toBe(soldOut);

    expect(
      await reservations.list({
        customerId: 'customer',
        now: NOW,
        status: undefined,
        after: undefined,
        limit: 1,
      }),
    ).toEqual([]);
    expect(scheduled).toEqual([]);
  });

  it('the response does not wait for the expiry job', async () => {
    const { reserve } = setUp({ scheduleExpiry: () => new Promise(() => undefined) });

    await expect(reserve(keyed, scope)).resolves.toMatchObject({ replayed: false });
  });
});

describe('a retried Reserve', () => {
  it('a retry returns the first reservation with its original times and schedules its expiry again', async () => {
    const { reserve, clock, scheduled } = setUp();
    const first = await reserve(keyed, scope);
    clock.advanceMs(5_000);

    const repeat = await reserve({ ...keyed, lines: LINES.toReversed() }, scope);

    expect(repeat).toEqual({ reservation: first.reservation, replayed: true });
    expect(scheduled.map(({ reservationId, repeated }) => [reservationId, repeated])).toEqual([
      [first.reservation.reservationId, false],
      [first.reservation.reservationId, true],
    ]);
  });

  it('a retry continues after a call that took the units and wrote nothing', async () => {
    const { reserve, clock, reservations, holds } = setUp();
    const reservationId = await idOfKey();
    holds.set(reservationId, {
      state: 'HELD',
      expiresAt: inSeconds(60),
      createdAt: inSeconds(-540),
      lines: LINES,
    });
    clock.advanceMs(1_000);

    const { reservation, replayed } = await reserve(keyed, scope);

    expect(replayed).toBe(false);
    expect(reservation).toMatchObject({
      reservationId,
      status: 'PENDING',
      expiresAt: inSeconds(60),
      createdAt: inSeconds(-540),
      lines: LINES,
    });
    expect(reservations.at(reservationId)).toEqual(reservation);
  });

  it.each(['CONFIRMED', 'CANCELLED', 'EXPIRED'] as const)(
    'a retry returns a %s reservation unchanged and schedules nothing',
    async (status) => {
      const { reserve, reservations, holds, scheduled } = setUp();
      const { reservation } = await reserve(keyed, scope);
      const resolved: Reservation = { ...reservation, status };
      reservations.put(resolved);
      holds.set(reservation.reservationId, {
        state: status === 'CONFIRMED' ? 'SOLD' : 'RELEASED',
        expiresAt: reservation.expiresAt,
        createdAt: reservation.createdAt,
        lines: LINES,
      });

      expect(await reserve(keyed, scope)).toEqual({ reservation: resolved, replayed: true });
      expect(scheduled).toHaveLength(1);
    },
  );

  it.each<[string, Partial<Reservation>]>([
    ['another customer', { customerId: 'other' }],
    ['other lines', { lines: [{ productId: 'a', quantity: 1 }] }],
  ])(
    'a retry never returns a reservation of %s, even if catalog accepts it',
    async (_whose, difference) => {
      const { reserve, reservations } = setUp();
      const { reservation } = await reserve(keyed, scope);
      reservations.put({ ...reservation, ...difference });

      await expect(reserve(keyed, scope)).rejects.toMatchObject({
        kind: 'conflict',
        reason: 'IDEMPOTENCY_KEY_REUSED',
      });
    },
  );
});

describe('a late Reserve', () => {
  it.each<[string, Hold]>([
    ['was released', { state: 'RELEASED', expiresAt: inSeconds(60), createdAt: NOW, lines: LINES }],
    ['was sold', { state: 'SOLD', expiresAt: inSeconds(60), createdAt: NOW, lines: LINES }],
    ['is due now', { state: 'HELD', expiresAt: NOW, createdAt: inSeconds(-600), lines: LINES }],
  ])('no reservation is written for a hold that %s', async (_what, hold) => {
    const { reserve, reservations, holds, scheduled, settled } = setUp();
    const reservationId = await idOfKey();
    holds.set(reservationId, hold);

    await expect(reserve(keyed, scope)).rejects.toMatchObject({ reason: 'RESERVATION_EXPIRED' });

    expect(reservations.at(reservationId)).toBeUndefined();
    expect(scheduled).toEqual([]);
    expect(settled).toEqual([]);
  });

  it('a reservation is written for a hold that is due 1 ms later', async () => {
    const { reserve, holds } = setUp();
    holds.set(await idOfKey(), {
      state: 'HELD',
      expiresAt: new Date(NOW.getTime() + 1),
      createdAt: inSeconds(-600),
      lines: LINES,
    });

    await expect(reserve(keyed, scope)).resolves.toMatchObject({ replayed: false });
  });

  it('the units are released if a tombstone was written before the reservation', async () => {
    const { reserve, reservations, scheduled, settled } = setUp();
    const reservationId = await idOfKey();
    await reservations.insertTombstones([reservationId], NOW);

    await expect(reserve(keyed, scope)).rejects.toMatchObject({ reason: 'RESERVATION_EXPIRED' });

    expect(settled).toMatchObject([{ reservationId, verdict: 'RELEASE' }]);
    expect(reservations.at(reservationId)).toBe(TOMBSTONE);
    expect(scheduled).toEqual([]);
  });

  it('a hold that is already settled is not settled again', async () => {
    const { reserve, reservations, holds, settled } = setUp();
    const reservationId = await idOfKey();
    await reservations.insertTombstones([reservationId], NOW);
    holds.set(reservationId, {
      state: 'RELEASED',
      expiresAt: inSeconds(60),
      createdAt: NOW,
      lines: LINES,
    });

    await expect(reserve(keyed, scope)).rejects.toMatchObject({ reason: 'RESERVATION_EXPIRED' });
    expect(settled).toEqual([]);
  });

  it('contradictory store results fail with STORE_UNAVAILABLE', async () => {
    const subject = setUp();
    const { reservationId } = (await subject.reserve(keyed, scope)).reservation;
    jest.spyOn(subject.reservations, 'find').mockResolvedValue(undefined);

    await expect(subject.reserve(keyed, scope)).rejects.toMatchObject({
      kind: 'unavailable',
      reason: 'STORE_UNAVAILABLE',
    });
    expect(subject.reservations.at(reservationId)).toMatchObject({ status: 'PENDING' });
  });
});
