import { createSilentLogger } from '@flashreserve/ops';
import type { Reservation } from '../domain/reservation';
import { refusal } from '../domain/reservation-errors';
import { createCancelReservation } from './cancel-reservation';
import { createConfirmReservation } from './confirm-reservation';
import type { RequestScope } from './ports';
import type { ResolveReservation } from './resolve-reservation';

const reservation: Reservation = {
  reservationId: 'r1',
  customerId: 'customer',
  status: 'PENDING',
  lines: [{ productId: 'a', quantity: 1 }],
  expiresAt: new Date('2026-01-01T12:10:00Z'),
  createdAt: new Date('2026-01-01T12:00:00Z'),
};
const owned = { reservationId: 'r1', customerId: 'customer' };
const scope: RequestScope = {
  requestId: 'request',
  deadline: new Date('2026-01-01T12:00:10Z'),
  log: createSilentLogger(),
};

describe.each([
  ['Confirm', createConfirmReservation, 'CONFIRMED', 'SELL'],
  ['Cancel', createCancelReservation, 'CANCELLED', 'RELEASE'],
] as const)('%s', (_name, create, status, verdict) => {
  const setUp = (resolve: (to: string) => ReturnType<ResolveReservation>) => {
    const settled: unknown[] = [];
    const end = create({
      resolveReservation: (whose, to, { deadline }) => {
        expect(whose).toEqual(owned);
        expect(deadline).toEqual(scope.deadline);
        return resolve(to);
      },
      settleHold: async (settlement, given) => {
        expect(given).toBe(scope);
        settled.push(settlement);
      },
    });
    return { end: () => end(owned, scope), settled };
  };
  const resolved = (changed: boolean) => async (to: string) => {
    expect(to).toBe(status);
    return { reservation: { ...reservation, status }, changed };
  };

  it('the hold is settled with the reservation', async () => {
    const { end, settled } = setUp(resolved(true));

    expect(await end()).toEqual({ ...reservation, status });
    expect(settled).toEqual([{ reservationId: 'r1', verdict }]);
  });

  it('a retry does not settle the hold again', async () => {
    const { end, settled } = setUp(resolved(false));

    expect(await end()).toEqual({ ...reservation, status });
    expect(settled).toEqual([]);
  });

  it('a refusal leaves the hold unchanged', async () => {
    const { end, settled } = setUp(() => Promise.reject(refusal('RESERVATION_EXPIRED')));

    await expect(end()).rejects.toMatchObject({ reason: 'RESERVATION_EXPIRED' });
    expect(settled).toEqual([]);
  });
});
