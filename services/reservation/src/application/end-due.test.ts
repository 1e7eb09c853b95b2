import { createTestClock } from '@flashreserve/ops';
import type { Reservation } from '../domain/reservation';
import { createMemoryReservations } from '../testing/memory-reservations';
import { createEndDue } from './end-due';

const NOW = new Date('2026-01-01T00:00:00Z');
const OWNER = { customerId: 'customer' };

const pending = (reservationId: string, dueInMs: number): Reservation => ({
  ...OWNER,
  reservationId,
  status: 'PENDING',
  lines: [{ productId: 'product', quantity: 1 }],
  createdAt: new Date(NOW.getTime() - 60_000),
  expiresAt: new Date(NOW.getTime() + dueInMs),
});

const start = (...stored: readonly Reservation[]) => {
  const reservations = createMemoryReservations();
  for (const one of stored) reservations.put(one);
  return { reservations, endDue: createEndDue({ reservations, clock: createTestClock(NOW) }) };
};

const statusesOf = (found: readonly Reservation[]) => found.map(({ status }) => status);

describe('reservations read as pending', () => {
  it('a due reservation is expired in the store too, and one not due is unchanged', async () => {
    const [due, live] = [pending('due', 0), pending('live', 1)];
    const { reservations, endDue } = start(due, live);

    const seen = await endDue([due, live]);

    expect(seen).toEqual([{ ...due, status: 'EXPIRED', expiredAt: NOW }, live]);
    expect([reservations.at('due'), reservations.at('live')]).toEqual(seen);
  });

  it('a reservation seen as EXPIRED cannot be confirmed by a confirmation decided in time', async () => {
    const due = pending('due', 0);
    const { reservations, endDue } = start(due);
    const decidedAt = new Date(NOW.getTime() - 1);

    expect(statusesOf(await endDue([due]))).toEqual(['EXPIRED']);

    const late = { ...OWNER, reservationId: 'due', to: 'CONFIRMED', by: 'customer' } as const;
    expect(await reservations.resolve([late], decidedAt)).toEqual([undefined]);
  });

  it('a reservation resolved concurrently is returned in its stored state', async () => {
    const [confirmed, due] = [pending('confirmed', 0), pending('due', 0)];
    const { endDue } = start({ ...confirmed, status: 'CONFIRMED', confirmedAt: NOW }, due);

    expect(statusesOf(await endDue([confirmed, due]))).toEqual(['CONFIRMED', 'EXPIRED']);
  });

  it('a due reservation missing from the store fails with STORE_UNAVAILABLE', async () => {
    const { endDue } = start();

    await expect(endDue([pending('gone', 0)])).rejects.toMatchObject({
      reason: 'STORE_UNAVAILABLE',
    });
  });
});
