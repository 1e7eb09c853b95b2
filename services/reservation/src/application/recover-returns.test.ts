import { createSilentLogger, createTestClock } from '@flashreserve/ops';
import { unavailable } from '@flashreserve/rpc';
import type { Reservation, ReservationReturn } from '../domain/reservation';
import { createMemoryReservations } from '../testing/memory-reservations';
import { createRecoveryPass, createReturnsRecovery } from './recover-returns';
import { createSettleReturns } from './settle-returns';

const clock = createTestClock(new Date('2026-01-01T12:00:00Z'));
const OLD = new Date('2026-01-01T11:59:00Z');
const { signal } = new AbortController();

const returnOf = (returnId: string, createdAt = OLD): ReservationReturn => ({
  returnId,
  lines: [{ productId: 'a', quantity: 1 }],
  writeOff: false,
  reason: 'too small',
  createdAt,
});

const reservation = (
  reservationId: string,
  returns: readonly ReservationReturn[],
): Reservation => ({
  reservationId,
  customerId: 'c',
  lines: [{ productId: 'a', quantity: 3 }],
  status: 'CONFIRMED',
  expiresAt: OLD,
  createdAt: OLD,
  returns,
  returnsPending: true,
});

/** A catalog that does not answer for these reservations. */
const setUp = (away: ReadonlySet<string> = new Set()) => {
  const reservations = createMemoryReservations();
  const told: string[] = [];
  const settleReturns = createSettleReturns({
    reservations,
    catalog: {
      settleHold: async ({ reservationId }) => {
        told.push(`${reservationId}: sell`);
        return 'SOLD';
      },
      returnStock: async ({ reservationId }, { returnId }) => {
        if (away.has(reservationId)) throw unavailable('CATALOG_UNAVAILABLE', 'away');
        told.push(`${reservationId}: ${returnId}`);
      },
    },
  });
  const deps = { reservations, settleReturns, clock, log: createSilentLogger() };
  return { reservations, told, deps, pass: createRecoveryPass(deps) };
};

describe('a pass of the recovery of returns', () => {
  it('sells the hold first, then tells every return, and clears the mark', async () => {
    const { reservations, told, pass } = setUp();
    reservations.put(reservation('r1', [returnOf('one'), returnOf('two')]));

    expect(await pass(signal)).toEqual({ settled: 1, failed: 0, waitingSeconds: 0 });

    expect(told).toEqual(['r1: sell', 'r1: one', 'r1: two']);
    expect(reservations.at('r1')).not.toHaveProperty('returnsPending');
    expect(await pass(signal)).toEqual({ settled: 0, failed: 0, waitingSeconds: 0 });
  });

  it('what fails keeps its mark, reports how long it waits, and does not keep others waiting', async () => {
    const { reservations, pass } = setUp(new Set(['r1']));
    reservations.put(reservation('r1', [returnOf('one')]));
    reservations.put(reservation('r2', [returnOf('one')]));

    expect(await pass(signal)).toEqual({ settled: 1, failed: 1, waitingSeconds: 60 });

    expect(reservations.at('r1')).toHaveProperty('returnsPending', true);
    expect(reservations.at('r2')).not.toHaveProperty('returnsPending');
  });

  it('a return of this moment is left to its call', async () => {
    const { reservations, told, pass } = setUp();
    reservations.put(reservation('r1', [returnOf('one', clock.now())]));

    expect(await pass(signal)).toEqual({ settled: 0, failed: 0, waitingSeconds: 0 });
    expect(told).toEqual([]);
  });

  it('many that fail on every page do not keep those after them waiting', async () => {
    const ids = Array.from({ length: 250 }, (_, index) => `r${1_000 + index}`);
    const { reservations, pass } = setUp(new Set(ids.slice(0, -1)));
    for (const id of ids) reservations.put(reservation(id, [returnOf('one')]));

    expect(await pass(signal)).toMatchObject({ settled: 1, failed: 249 });
  });

  it('a return that is added meanwhile keeps the mark', async () => {
    const { reservations, deps } = setUp();
    reservations.put(reservation('r1', [returnOf('one')]));
    const pass = createRecoveryPass({
      ...deps,
      settleReturns: async (settlement, scope) => {
        const addition = { reservationId: 'r1', customerId: 'c', before: 1, isLast: false };
        await reservations.addReturn({ ...addition, made: returnOf('two') });
        await deps.settleReturns(settlement, scope);
      },
    });

    await pass(signal);

    expect(reservations.at('r1')).toHaveProperty('returnsPending', true);
  });
});

describe('the recovery of returns', () => {
  it('goes on after a pass that could not read, and stops', async () => {
    const { reservations, deps } = setUp();
    reservations.put(reservation('r1', [returnOf('one')]));
    let reads = 0;
    const settled = await new Promise((resolve) => {
      const recovery = createReturnsRecovery({
        ...deps,
        reservations: {
          findReturnsPending: async (query) => {
            reads += 1;
            if (reads === 1) throw unavailable('STORE_UNAVAILABLE', 'away');
            return reservations.findReturnsPending(query);
          },
        },
        intervalMs: 1,
        onPass: (pass) => void recovery.stop().then(() => resolve(pass.settled)),
      });
      recovery.start();
    });

    expect(settled).toBe(1);
  });
});
