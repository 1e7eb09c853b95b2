import { HoldVerdict, ReservationStatus } from '@flashreserve/contracts/reservation';
import { createTestClock, newId } from '@flashreserve/ops';
import { createHealthProbe, type HealthProbe } from '@flashreserve/rpc';
import { eventually } from '../../support/eventually';
import type { TcpProxy } from '../../support/tcp-proxy';
import {
  type Harness,
  type ReservationApi,
  refusalOf,
  reservationOf,
  startHarness,
  TTL_SECONDS,
} from './harness';

const clock = createTestClock(new Date());
const HELD = { available: 0, held: 1, sold: 0 };
let harness: Harness;
let proxy: TcpProxy;
let probe: HealthProbe;
/** Uses the store through the proxy. */
let api: ReservationApi;
/** Uses the same store directly. */
let witness: ReservationApi;

beforeAll(async () => {
  harness = await startHarness();
  const uri = new URL(harness.mongoUri);
  proxy = await harness.startProxy({ host: uri.hostname, port: Number(uri.port || 27_017) });
  uri.host = proxy.address;
  // A replicaSet makes the driver discover the server's own address and bypass the proxy.
  uri.searchParams.delete('replicaSet');
  uri.searchParams.set('directConnection', 'true');
  const port = await harness.startInstance({ clock, mongoUri: uri.toString() });
  api = harness.connect(port);
  probe = createHealthProbe(`127.0.0.1:${port}`);
  witness = await harness.start({ clock });
});
afterAll(async () => {
  probe.close();
  await harness.stop();
});

const newRequest = async () => {
  const productId = await harness.catalog.newProduct(1);
  const request = { lines: [{ productId, quantity: 1 }], idempotencyKey: newId() };
  return { productId, customerId: newId(), request };
};
/**
 * Opens several connections to the store, so that a command finds one while a ping has another: a
 * new one could not be opened without replies.
 */
const openConnections = () => Promise.all(Array.from({ length: 5 }, () => api.list(newId())));
const storeAnswers = () =>
  eventually(async () => expect(await probe.isServing(1_000)).toBe(true), 10_000);

describe('while the store is unavailable', () => {
  it('Reserve fails without releasing its hold, and a retry with the same key continues from it', async () => {
    const { productId, customerId, request } = await newRequest();
    proxy.setMode('refuse');

    const refusal = await refusalOf(api.reserve(customerId, request));

    expect(refusal).toMatchObject({
      kind: 'unavailable',
      reason: 'STORE_UNAVAILABLE',
      domain: 'reservation.flashreserve',
    });
    expect(await harness.catalog.stockOf(productId)).toEqual(HELD);
    proxy.setMode('pass');
    await storeAnswers();
    expect((await api.reserve(customerId, request)).replayed).toBe(false);
    expect(await harness.catalog.stockOf(productId)).toEqual(HELD);
  });

  it('the health status follows the store', async () => {
    proxy.setMode('refuse');
    await eventually(async () => expect(await probe.isServing(1_000)).toBe(false), 10_000);

    proxy.setMode('pass');

    await storeAnswers();
  });
});

describe('when a store reply is lost', () => {
  it('Reserve creates one reservation', async () => {
    const { productId, customerId, request } = await newRequest();
    await openConnections();
    proxy.setMode('hold-replies');
    const reserving = api.reserve(customerId, request);
    const [written] = await eventually(async () => {
      const { reservations } = await witness.list(customerId);
      expect(reservations).toHaveLength(1);
      return reservations;
    }, 5_000);

    proxy.cut();
    proxy.setMode('pass');

    expect(reservationOf(await reserving)).toEqual(written);
    expect((await witness.list(customerId)).reservations).toHaveLength(1);
    expect(await harness.catalog.stockOf(productId)).toEqual(HELD);
  });

  it('ConfirmReservation succeeds, and the hold is sold by the expiry at the latest', async () => {
    const { productId, customerId, request } = await newRequest();
    const { reservationId } = reservationOf(await api.reserve(customerId, request));
    await openConnections();
    proxy.setMode('hold-replies');
    const confirming = api.confirm(customerId, reservationId);
    await eventually(async () => {
      const { status } = reservationOf(await witness.get(customerId, reservationId));
      expect(status).toBe(ReservationStatus.RESERVATION_STATUS_CONFIRMED);
    }, 5_000);

    proxy.cut();
    proxy.setMode('pass');

    expect(reservationOf(await confirming).status).toBe(
      ReservationStatus.RESERVATION_STATUS_CONFIRMED,
    );
    clock.advanceMs(TTL_SECONDS * 1000);
    expect(await witness.expire([reservationId])).toMatchObject([
      { verdict: HoldVerdict.HOLD_VERDICT_SELL },
    ]);
    await harness.catalog.commit([reservationId]);
    await harness.catalog.expectStock(productId, { available: 0, held: 0, sold: 1 });
  });
});
