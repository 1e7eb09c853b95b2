import { newId } from '@flashreserve/ops';
import { type Connection, createConnection } from 'mongoose';
import { callPatiently } from '../../support/patient-calls';
import { testStores } from '../../support/stores';
import { type Harness, type ReservationApi, reservationOf, startHarness } from './harness';

// Goal: a reservation says for ever what it was sold for, whatever happens to the product.

let harness: Harness;
let connection: Connection;
let api: ReservationApi;

beforeAll(async () => {
  harness = await startHarness();
  connection = await createConnection(testStores().calmMongoUri).asPromise();
  api = await harness.start();
});
afterAll(async () => {
  await connection.close();
  await harness.stop();
});

const setPrice = (productId: string, minorUnits: number, currencyCode: string) =>
  callPatiently(
    harness.catalog.client,
    'updateProduct',
    {
      productId,
      name: 'Renamed',
      description: '',
      price: { minorUnits, currencyCode },
      updateMask: ['name', 'price'],
    },
    {
      token: harness.auth.userToken(newId(), 'ADMIN'),
      deadline: new Date(Date.now() + 20_000),
    },
  );

const euros = (minorUnits: number) => ({ minorUnits, currencyCode: 'EUR' });

describe('The price of a reservation', () => {
  it('a new price leaves existing reservations and their retries unchanged, and applies to new ones', async () => {
    const productId = await harness.catalog.newProduct(10);
    const customerId = newId();
    const order = { lines: [{ productId, quantity: 3 }], idempotencyKey: 'checkout' };
    const first = await api.reserve(customerId, order);
    const { reservationId, ...sold } = reservationOf(first);
    expect(sold).toMatchObject({
      lines: [{ productId, quantity: 3, snapshot: { name: 'Ticket', unitPrice: euros(1_999) } }],
      total: euros(5_997),
    });

    await setPrice(productId, 2_500, 'EUR');

    expect(reservationOf(await api.get(customerId, reservationId))).toEqual(first.reservation);
    expect(await api.reserve(customerId, order)).toEqual({ ...first, replayed: true });
    expect(reservationOf(await api.confirm(customerId, reservationId))).toMatchObject({
      lines: sold.lines,
      total: sold.total,
    });
    const next = reservationOf(await api.reserve(customerId, { lines: order.lines }));
    expect(next).toMatchObject({
      lines: [{ snapshot: { name: 'Renamed', unitPrice: euros(2_500) } }],
      total: euros(7_500),
    });
  });

  it('a reservation in two currencies has prices and no total', async () => {
    const [inEuros, inYen] = [
      await harness.catalog.newProduct(1),
      await harness.catalog.newProduct(1),
    ];
    await setPrice(inYen, 300, 'JPY');

    const both = reservationOf(
      await api.reserve(newId(), {
        lines: [inYen, inEuros].map((productId) => ({ productId, quantity: 1 })),
      }),
    );

    expect(both.lines.map(({ snapshot }) => snapshot?.unitPrice)).toEqual([
      { minorUnits: 300, currencyCode: 'JPY' },
      euros(1_999),
    ]);
    expect(both.total).toBeUndefined();
  });

  it('a reservation of a version that had no snapshots stays readable, and its retry returns it', async () => {
    const productId = await harness.catalog.newProduct(1);
    const customerId = newId();
    const order = { lines: [{ productId, quantity: 1 }], idempotencyKey: 'old' };
    const { reservationId } = reservationOf(await api.reserve(customerId, order));
    await connection
      .getClient()
      .db(`${harness.prefix}_reservation`)
      .collection<{ _id: string }>('reservations')
      .updateOne({ _id: reservationId }, { $unset: { 'lines.0.snapshot': 1 } });

    const read = reservationOf(await api.get(customerId, reservationId));
    expect(read.lines).toEqual(order.lines);
    expect(read.total).toBeUndefined();
    expect(await api.reserve(customerId, order)).toEqual({ reservation: read, replayed: true });
  });
});
