import { createTestClock } from '@flashreserve/ops';
import type { Reservation } from '../domain/reservation';
import { createMemoryReservations } from '../testing/memory-reservations';
import { createReservationWriter } from './reservation-writer';

const NOW = new Date('2026-01-01T12:00:00Z');
const DUE_AT = new Date('2026-01-01T12:10:00Z');

const reservation = (reservationId: string): Reservation => ({
  reservationId,
  customerId: 'customer',
  status: 'PENDING',
  lines: [{ productId: 'a', quantity: 1 }],
  expiresAt: DUE_AT,
  createdAt: NOW,
});
const confirmation = (reservationId: string) =>
  ({ reservationId, customerId: 'customer', to: 'CONFIRMED', by: 'customer' }) as const;
const soon = (): Date => new Date(Date.now() + 60_000);
const names = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`);
const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 4; turn += 1) await new Promise(setImmediate);
};

/** A store whose writes start at once and settle when the test opens the gate. */
const setUp = () => {
  const clock = createTestClock(NOW);
  const reservations = createMemoryReservations();
  const writes: (readonly string[])[] = [];
  const observed: string[] = [];
  let open: () => void = () => undefined;
  let gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const writer = createReservationWriter({
    reservations: {
      insert: async (batch) => {
        writes.push(batch.map(({ reservationId }) => reservationId));
        await gate;
        return reservations.insert(batch);
      },
      resolve: async (batch, now) => {
        writes.push(batch.map(({ reservationId }) => reservationId));
        await gate;
        return reservations.resolve(batch, now);
      },
    },
    clock,
    batchMetrics: (queue) => (batch) => {
      observed.push(`${queue}: ${batch.size}`);
    },
  });
  const insert = (id: string) => writer.insert(reservation(id), soon());
  const resolve = (id: string) => writer.resolve(confirmation(id), soon());
  return {
    writer,
    clock,
    reservations,
    writes,
    observed,
    insert,
    resolve,
    open: () => {
      open();
      gate = Promise.resolve();
    },
  };
};

describe('the reservation writer', () => {
  it('each caller learns whether its reservation was inserted or already existed', async () => {
    const { insert, open, reservations, observed } = setUp();
    reservations.put(reservation('there'));
    open();

    const answers = await Promise.all(['new', 'there', 'newer'].map(insert));

    expect(answers).toEqual(['inserted', 'exists', 'inserted']);
    expect(reservations.at('newer')).toEqual(reservation('newer'));
    expect(observed).toEqual(['inserts: 3']);
  });

  it('each caller gets its own changed reservation, or undefined if nothing changed', async () => {
    const { resolve, open, reservations, observed } = setUp();
    reservations.put(reservation('r1'));
    open();

    const [changed, unknown] = await Promise.all(['r1', 'unknown'].map(resolve));

    expect(changed).toEqual(reservations.at('r1'));
    expect(changed).toMatchObject({ reservationId: 'r1', status: 'CONFIRMED', confirmedAt: NOW });
    expect(unknown).toBeUndefined();
    expect(observed).toEqual(['resolutions: 2']);
  });

  it('a resolution is judged by the time of its write, not of its arrival', async () => {
    const { resolve, open, clock, reservations } = setUp();
    for (const id of ['in-time', 'too-late']) reservations.put(reservation(id));
    const first = resolve('in-time');
    await turns();
    const second = resolve('too-late');
    clock.set(DUE_AT);
    open();

    expect(await first).toMatchObject({ status: 'CONFIRMED' });
    expect(await second).toBeUndefined();
    expect(reservations.at('too-late')).toMatchObject({ status: 'PENDING' });
  });

  describe.each(['insert', 'resolve'] as const)('under load (%s)', (kind) => {
    it('calls share a write, and a concurrent write starts only with 24 queued calls', async () => {
      const { writes, open, ...calls } = setUp();
      const submit: (id: string) => Promise<unknown> = calls[kind];
      const results = [submit('first')];
      await turns();

      results.push(...names('few', 23).map(submit));
      await turns();
      expect(writes).toEqual([['first']]);

      results.push(submit('one-more'));
      await turns();
      expect(writes).toEqual([['first'], [...names('few', 23), 'one-more']]);

      results.push(...names('crowd', 40).map(submit));
      await turns();
      expect(writes).toHaveLength(2);

      open();
      await Promise.all(results);
      expect(writes[2]).toEqual(names('crowd', 40));
    });
  });

  it('drain waits for all accepted inserts and resolutions and rejects new ones', async () => {
    const { insert, resolve, writer, open, reservations } = setUp();
    reservations.put(reservation('r1'));
    const taken = [insert('r2'), resolve('r1')];
    await turns();
    let drained = false;
    const end = writer.drain().then(() => {
      drained = true;
    });

    await expect(insert('r3')).rejects.toMatchObject({ reason: 'SHUTTING_DOWN' });
    await expect(resolve('r3')).rejects.toMatchObject({ reason: 'SHUTTING_DOWN' });
    await turns();
    expect(drained).toBe(false);
    open();
    await end;

    expect(await Promise.all(taken)).toMatchObject(['inserted', { status: 'CONFIRMED' }]);
  });
});
