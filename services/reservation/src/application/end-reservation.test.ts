import { createSilentLogger } from '@flashreserve/ops';
import type { Reservation } from '../domain/reservation';
import { refusal } from '../domain/reservation-errors';
import { createCancelReservation } from './cancel-reservation';
import { createConfirmReservation } from './confirm-reservation';
import type { RequestScope, Resolver } from './ports';
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

type Deps = Omit<Parameters<typeof createConfirmReservation>[0], 'confirmBy'> &
  Parameters<typeof createCancelReservation>[0];

const confirming = (confirmBy: Resolver, by: Resolver) => (deps: Deps) => {
  const confirm = createConfirmReservation({ confirmBy, ...deps });
  return () => confirm(owned, by, scope);
};
const cancelling = (deps: Deps) => {
  const cancel = createCancelReservation(deps);
  return () => cancel(owned, 'customer', scope);
};

describe.each([
  ['Confirm', confirming('customer', 'customer'), 'CONFIRMED', 'SELL'],
  ['Confirm by a backend', confirming('backend', 'backend'), 'CONFIRMED', 'SELL'],
  ['Cancel', cancelling, 'CANCELLED', 'RELEASE'],
] as const)('%s', (_name, create, status, verdict) => {
  const setUp = (resolve: (to: string) => ReturnType<ResolveReservation>) => {
    const settled: unknown[] = [];
    const settle = (settlement: unknown, given: RequestScope): void => {
      expect(given).toBe(scope);
      settled.push(settlement);
    };
    const end = create({
      resolveReservation: (whose, { to }, { deadline }) => {
        expect(whose).toEqual(owned);
        expect(deadline).toEqual(scope.deadline);
        return resolve(to);
      },
      settleHold: async (...given) => settle(...given),
      settleLater: settle,
    });
    return { end, settled };
  };
  const resolved = (changed: boolean) => async (to: string) => {
    expect(to).toBe(status);
    return { reservation: { ...reservation, status }, changed };
  };

  it('the hold is settled with the reservation', async () => {
    const { end, settled } = setUp(resolved(true));

    expect(await end()).toEqual({ ...reservation, status });
    expect(settled).toEqual([{ reservationId: 'r1', lines: reservation.lines, verdict }]);
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

describe('Confirm where only a backend confirms', () => {
  it('a customer is refused, and nothing is written', async () => {
    const confirm = confirming(
      'backend',
      'customer',
    )({
      resolveReservation: () => Promise.reject(new Error('Nothing may be resolved.')),
      settleHold: () => Promise.reject(new Error('Nothing may be settled.')),
      settleLater: () => {
        throw new Error('Nothing may be settled.');
      },
    });

    await expect(confirm()).rejects.toMatchObject({
      kind: 'forbidden',
      reason: 'BACKEND_CONFIRMS',
    });
  });
});
