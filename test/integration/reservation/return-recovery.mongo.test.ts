import { daysBefore, newId } from '@flashreserve/ops';
import { type Connection, createConnection } from 'mongoose';
import { eventually } from '../../support/eventually';
import { testStores } from '../../support/stores';
import type { TcpProxy } from '../../support/tcp-proxy';
import { type Harness, type ReservationApi, reservationOf, startHarness } from './harness';

// Goal: catalog learns of every acknowledged return, once, whatever it missed. Method: instances
// that cannot reach catalog, on real stores.

const WAIT_MS = 20_000;

let harness: Harness;
let connection: Connection;
let proxy: TcpProxy;
let api: ReservationApi;

beforeAll(async () => {
  harness = await startHarness();
  connection = await createConnection(testStores().calmMongoUri).asPromise();
  proxy = await harness.startProxy({ port: harness.catalogPort });
  api = await harness.start({ catalogTarget: proxy.address });
});
afterAll(async () => {
  await connection.close();
  await harness.stop();
});
afterEach(() => proxy.setMode('pass'));

const reservations = () =>
  connection
    .getClient()
    .db(`${harness.prefix}_reservation`)
    .collection<{ _id: string }>('reservations');

const isMarked = async (_id: string): Promise<boolean> =>
  (await reservations().countDocuments({ _id, returnsPending: true })) === 1;

const waitUntilSettled = (id: string): Promise<void> =>
  eventually(async () => expect(await isMarked(id)).toBe(false), WAIT_MS);

const reserve = async (quantity: number) => {
  const productId = await harness.catalog.newProduct(quantity);
  const customerId = newId();
  const response = await api.reserve(customerId, { lines: [{ productId, quantity }] });
  return { productId, customerId, reservationId: reservationOf(response).reservationId };
};

describe('returns that catalog missed', () => {
  it('a confirmation and its returns that were acknowledged without catalog reach it when it is back', async () => {
    const { productId, customerId, reservationId } = await reserve(5);
    proxy.setMode('refuse');
    await api.confirm(customerId, reservationId);
    const lines = [{ productId, quantity: 1 }];
    await api.giveBack(customerId, reservationId, { lines });
    await api.giveBack(customerId, reservationId, { lines, writeOff: true });
    expect(await isMarked(reservationId)).toBe(true);
    // The settlement of the confirmation is as late as the returns.
    expect(await harness.catalog.stockOf(productId)).toEqual({ available: 0, held: 5, sold: 0 });

    proxy.setMode('pass');

    await waitUntilSettled(reservationId);
    expect(await harness.catalog.stockOf(productId)).toEqual({
      available: 1,
      held: 0,
      sold: 3,
      writtenOff: 1,
    });
  });

  it('several instances that recover the same returns bring the units back once', async () => {
    const sold = await Promise.all(Array.from({ length: 20 }, () => reserve(3)));
    for (const { customerId, reservationId } of sold) await api.confirm(customerId, reservationId);
    for (const { productId } of sold) await harness.catalog.expectStock(productId, { sold: 3 });
    // As a process leaves them that was killed right after its write.
    const made = { writeOff: false, reason: 'too small', createdAt: new Date(Date.now() - 60_000) };
    for (const { productId, reservationId } of sold) {
      const lines = [{ productId, quantity: 2 }];
      await reservations().updateOne(
        { _id: reservationId },
        { $set: { returns: [{ returnId: newId(), lines, ...made }], returnsPending: true } },
      );
    }
    await Promise.all([harness.start(), harness.start()]);

    for (const { productId, reservationId } of sold) {
      await waitUntilSettled(reservationId);
      expect(await harness.catalog.stockOf(productId)).toEqual({ available: 2, held: 0, sold: 1 });
    }
  });

  it('a return while another one of the same reservation is recovered reaches catalog, too', async () => {
    const sold = await Promise.all(Array.from({ length: 20 }, () => reserve(4)));
    proxy.setMode('refuse');
    for (const { productId, customerId, reservationId } of sold) {
      await api.confirm(customerId, reservationId);
      const lines = [{ productId, quantity: 1 }];
      await api.giveBack(customerId, reservationId, { lines });
    }
    proxy.setMode('pass');
    for (let units = 2; units <= 4; units += 1) {
      for (const { productId, customerId, reservationId } of sold) {
        await api.giveBack(customerId, reservationId, { lines: [{ productId, quantity: 1 }] });
      }
    }

    for (const { productId, reservationId } of sold) {
      await waitUntilSettled(reservationId);
      expect(await harness.catalog.stockOf(productId)).toEqual({ available: 4, held: 0, sold: 0 });
    }
  });

  it('a return that catalog refuses keeps its mark, and other returns reach catalog', async () => {
    const [wrong, right] = [await reserve(1), await reserve(1)];
    await harness.catalog.restore([wrong.reservationId]);
    for (const { customerId, reservationId } of [wrong, right]) {
      await api.confirm(customerId, reservationId);
      await api.giveBack(customerId, reservationId);
    }

    await waitUntilSettled(right.reservationId);
    await harness.catalog.expectStock(right.productId, { available: 1, held: 0, sold: 0 });
    expect(await isMarked(wrong.reservationId)).toBe(true);
  });

  it('a reservation that is due for deletion counts as gone', async () => {
    const { customerId, reservationId } = await reserve(1);
    await api.confirm(customerId, reservationId);
    await reservations().updateOne(
      { _id: reservationId },
      { $set: { createdAt: daysBefore(new Date(), 401) } },
    );

    await expect(api.giveBack(customerId, reservationId)).rejects.toMatchObject({
      reason: 'RESERVATION_NOT_FOUND',
    });
  });
});
