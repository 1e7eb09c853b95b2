import { HoldState } from '@flashreserve/contracts/catalog';
import { ReservationStatus } from '@flashreserve/contracts/reservation';
import { daysBefore, newId } from '@flashreserve/ops';
import { type Connection, createConnection } from 'mongoose';
import { reservationIdFor } from '../../../services/reservation/src/domain/reservation-id';
import { eventually } from '../../support/eventually';
import { testStores } from '../../support/stores';
import {
  type Harness,
  type ReservationApi,
  refusalOf,
  reservationOf,
  startHarness,
} from './harness';

const WAIT_MS = 20_000;
const DAYS = { RETENTION_DAYS: '30', IDEMPOTENCY_DAYS: '7' };
const ON = { ...DAYS, RETENTION_INTERVAL_SECONDS: '1' };

let harness: Harness;
let connection: Connection;
let api: ReservationApi;

beforeAll(async () => {
  harness = await startHarness();
  connection = await createConnection(testStores().calmMongoUri).asPromise();
  api = await harness.start({ env: ON });
});
afterAll(async () => {
  await connection.close();
  await harness.stop();
});

const daysAgo = (days: number): Date => daysBefore(new Date(), days);
const collection = (service: string, name: string) =>
  connection.getClient().db(`${harness.prefix}_${service}`).collection<{ _id: string }>(name);
const reservations = () => collection('reservation', 'reservations');
const setCreated = (_id: string, days: number) =>
  reservations().updateOne({ _id }, { $set: { createdAt: daysAgo(days) } });
const exists = async (_id: string): Promise<boolean> =>
  (await reservations().findOne({ _id })) !== null;
const waitUntilGone = (id: string): Promise<void> =>
  eventually(async () => expect(await exists(id)).toBe(false), WAIT_MS);

const reserveOne = async () => {
  const productId = await harness.catalog.newProduct(1);
  const response = await api.reserve(newId(), { lines: [{ productId, quantity: 1 }] });
  return { ...reservationOf(response), productId };
};

describe('retention in reservation', () => {
  it('ended reservations older than the retention time are deleted, younger and pending ones are kept', async () => {
    const [old, young, pending, cancelled] = await Promise.all([
      reserveOne(),
      reserveOne(),
      reserveOne(),
      reserveOne(),
    ]);
    await api.confirm(old.customerId, old.reservationId);
    await api.confirm(young.customerId, young.reservationId);
    await api.cancel(cancelled.customerId, cancelled.reservationId);
    await setCreated(young.reservationId, 29);
    await setCreated(pending.reservationId, 31);
    await setCreated(cancelled.reservationId, 31);
    await setCreated(old.reservationId, 31);

    await waitUntilGone(old.reservationId);
    await waitUntilGone(cancelled.reservationId);

    expect(await exists(young.reservationId)).toBe(true);
    expect(await exists(pending.reservationId)).toBe(true);
    // The sale stays: only its reservation is gone.
    await harness.catalog.expectStock(old.productId, {
      available: 0,
      held: 0,
      sold: 1,
    });
  });

  it('tombstones are deleted after the idempotency window', async () => {
    const [old, young] = [newId(), newId()];
    await api.expire([old, young]);
    await setCreated(young, 6);
    await setCreated(old, 8);

    await waitUntilGone(old);
    expect(await exists(young)).toBe(true);
  });

  it('a confirmed reservation whose hold was never settled is kept without catalog, and deleted once its hold is sold', async () => {
    const own = await startHarness();
    try {
      const proxy = await own.startProxy({ port: own.catalogPort });
      const ownApi = await own.start({ env: ON, catalogTarget: proxy.address });
      const productId = await own.catalog.newProduct(1);
      const lines = [{ productId, quantity: 1 }];
      const { reservationId: _id } = reservationOf(await ownApi.reserve(newId(), { lines }));
      const ownReservations = connection
        .getClient()
        .db(`${own.prefix}_reservation`)
        .collection<{ _id: string }>('reservations');
      proxy.setMode('refuse');
      // As a confirmation leaves it whose settlement never happened.
      await ownReservations.updateOne(
        { _id },
        { $set: { status: 'CONFIRMED', confirmedAt: daysAgo(31), createdAt: daysAgo(31) } },
      );
      // The round after this one has met the reservation.
      const tombstones = [newId(), newId()];
      for (const tombstone of tombstones) {
        await ownApi.expire([tombstone]);
        await ownReservations.updateOne({ _id: tombstone }, { $set: { createdAt: daysAgo(8) } });
        await eventually(
          async () => expect(await ownReservations.findOne({ _id: tombstone })).toBeNull(),
          WAIT_MS,
        );
      }
      expect(await ownReservations.findOne({ _id })).not.toBeNull();
      expect(await own.catalog.stockOf(productId)).toEqual({ available: 0, held: 1, sold: 0 });

      proxy.setMode('pass');
      await eventually(
        async () => expect(await ownReservations.findOne({ _id })).toBeNull(),
        WAIT_MS,
      );
      await own.catalog.expectStock(productId, { available: 0, held: 0, sold: 1 });
    } finally {
      await own.stop();
    }
  });

  it('a returned reservation is kept while catalog may not know of its return, and deleted afterwards', async () => {
    const { customerId, reservationId, productId } = await reserveOne();
    await api.confirm(customerId, reservationId);
    await harness.catalog.expectStock(productId, { sold: 1 });
    // A return of the future is left to its call, so this mark stays.
    const made = {
      returnId: newId(),
      lines: [{ productId, quantity: 1 }],
      writeOff: true,
      reason: 'broken',
      createdAt: daysAgo(-1),
    };
    await reservations().updateOne(
      { _id: reservationId },
      {
        $set: {
          status: 'RETURNED',
          returnedAt: made.createdAt,
          returns: [made],
          returnsPending: true,
          createdAt: daysAgo(31),
        },
      },
    );
    // The round after this one has met the reservation.
    for (const tombstone of [newId(), newId()]) {
      await api.expire([tombstone]);
      await setCreated(tombstone, 8);
      await waitUntilGone(tombstone);
    }
    expect(await exists(reservationId)).toBe(true);

    await reservations().updateOne(
      { _id: reservationId },
      { $set: { 'returns.0.createdAt': daysAgo(1) } },
    );

    await waitUntilGone(reservationId);
    await harness.catalog.expectStock(productId, { available: 0, held: 0, sold: 0, writtenOff: 1 });
  });

  it('a confirmed reservation whose hold was released is kept as evidence for the audit', async () => {
    const [wrong, right] = await Promise.all([reserveOne(), reserveOne()]);
    await harness.catalog.restore([wrong.reservationId]);
    await api.confirm(right.customerId, right.reservationId);
    await reservations().updateOne(
      { _id: wrong.reservationId },
      { $set: { status: 'CONFIRMED', confirmedAt: daysAgo(31), createdAt: daysAgo(31) } },
    );
    await setCreated(right.reservationId, 31);

    // One page has both.
    await waitUntilGone(right.reservationId);
    expect(await exists(wrong.reservationId)).toBe(true);
  });

  it('a retry of a cancelled reserve after its released hold was deleted gets the cancelled reservation and holds no units', async () => {
    const productId = await harness.catalog.newProduct(1);
    const customerId = newId();
    const idempotencyKey = newId();
    const input = { lines: [{ productId, quantity: 1 }], idempotencyKey };
    const { reservationId } = reservationOf(await api.reserve(customerId, input));
    await api.cancel(customerId, reservationId);
    await collection('catalog', 'holds').deleteOne({ _id: reservationId });

    const again = await api.reserve(customerId, input);

    expect(reservationOf(again).status).toBe(ReservationStatus.RESERVATION_STATUS_CANCELLED);
    expect(again.replayed).toBe(true);
    expect(await harness.catalog.stockOf(productId)).toEqual({ available: 1, held: 0, sold: 0 });
  });

  it('a retry with the key of a deleted sale is refused while catalog still has its hold, and takes nothing', async () => {
    const productId = await harness.catalog.newProduct(2);
    const customerId = newId();
    const idempotencyKey = newId();
    const input = { lines: [{ productId, quantity: 1 }], idempotencyKey };
    const sold = reservationOf(await api.reserve(customerId, input));
    expect(sold.reservationId).toBe(reservationIdFor({ customerId, idempotencyKey }));
    await api.confirm(customerId, sold.reservationId);
    await eventually(async () => {
      expect(await harness.catalog.holdStateOf(sold)).toBe(HoldState.HOLD_STATE_SOLD);
    }, WAIT_MS);
    await reservations().deleteOne({ _id: sold.reservationId });

    const { reason } = await refusalOf(api.reserve(customerId, input));

    expect(reason).toBe('RESERVATION_EXPIRED');
    await harness.catalog.expectStock(productId, { available: 1, held: 0, sold: 1 });
  });
});
