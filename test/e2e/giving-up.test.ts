import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { ReservationServiceClient, ReservationStatus } from '@flashreserve/contracts/reservation';
import { callUnary } from '@flashreserve/rpc';
import { credentials } from '@grpc/grpc-js';
import { eventually } from '../support/eventually';
import { type InProcessStack, startInProcessStack } from '../support/in-process-stack';
import { type Buyer, createShop, reasonOf, reservationOf, type Shop } from '../support/shop';
import { uniquePrefix } from '../support/stores';

// Goal: units whose reservation is not written are released within seconds, long before the hold
// time is over, and count as held by the buyer until their release is certain. Method: one failed
// insert and one with a lost response; then many takes with lost responses, from calls that are
// aborted at random steps.

const LIMIT = 2;
const QUANTITY = 10;
const WAVE = 20;
/**
 * Shorter than the 5 s after which the first hold is checked. Once a tombstone exists, its units no
 * longer count as the buyer's, but they stay held until catalog has released them, in addition to
 * units that the buyer has taken since.
 */
const WAVES_MS = 4_500;
/** The 5 s until a hold is checked, plus slack for a busy machine. */
const BACK_WITHIN_MS = 20_000;

let stack: InProcessStack;
let shop: Shop;

const start = async (failpoints: string): Promise<void> => {
  stack = await startInProcessStack({
    prefix: uniquePrefix(),
    ttlSeconds: 600,
    env: { OPEN_HOLDS_PER_USER: String(LIMIT), RESERVATIONS_PER_SECOND_PER_USER: '1000' },
    envOf: (component) =>
      component === 'reservation' ? { NODE_ENV: 'test', FAILPOINTS: failpoints } : {},
  });
  shop = createShop(stack.urls[0], stack.env);
};
afterEach(async () => {
  await shop.expectCleanAudit();
  await stack.stop();
});

it('units are released within seconds if the reservation was not written, and kept if it was', async () => {
  await start('reservation.store.insert:before=error#1,reservation.store.insert:after=error#1');
  const [gone, patient] = await shop.newBuyers(2);
  if (gone === undefined || patient === undefined) throw new TypeError('There are two buyers.');
  const [a, b] = [await shop.newProduct(5), await shop.newProduct(5)];
  const key = randomUUID();

  expect((await shop.reserve(gone, a, { key: 'once' })).status).toBe(503);
  expect((await shop.reserve(patient, b, { key })).status).toBe(503);
  expect(await shop.stockOf(a)).toEqual({ available: 4, held: 1, sold: 0 });
  const repeated = await shop.reserve(patient, b, { key });

  expect(repeated.status).toBe(200);
  await shop.expectStock(a, { available: 5, held: 0, sold: 0 }, BACK_WITHIN_MS);
  expect(await shop.stockOf(b)).toEqual({ available: 4, held: 1, sold: 0 });
  const { reservationId } = reservationOf(repeated);
  expect(reservationOf(await shop.getReservation(patient, reservationId)).status).toBe('PENDING');
  expect(reasonOf(await shop.reserve(gone, a, { key: 'once' }))).toBe('RESERVATION_EXPIRED');
});

it('a buyer never holds more than the limit, even if calls are aborted at any step', async () => {
  // Most responses are lost, because two successful reservations would exhaust the limit.
  await start('reservation.catalog.takeHold:after=error@0.9');
  const [buyer, other] = await shop.newBuyers(2);
  if (buyer === undefined || other === undefined) throw new TypeError('There are two buyers.');
  const [productId, another] = [await shop.newProduct(1_000), await shop.newProduct(1_000)];
  const client = new ReservationServiceClient(stack.grpc.reservation, credentials.createInsecure());
  const reserve = ({ token }: Buyer, key: string, timeoutMs: number, of: string = productId) =>
    callUnary(
      client,
      'reserve',
      {
        customerId: '',
        lines: [{ productId: of, quantity: QUANTITY }],
        idempotencyKey: key,
        requestId: '',
      },
      { token, deadline: new Date(Date.now() + timeoutMs) },
    );
  let heldMax = 0;
  let done = false;
  const watch = async (): Promise<void> => {
    while (!done) {
      const { held } = await shop.stockOf(productId);
      if (performance.now() < wavesEndAt) heldMax = Math.max(heldMax, held);
      await pause(20);
    }
  };

  // The duration of a wave on this machine at this time.
  const startedAt = performance.now();
  await Promise.allSettled(
    Array.from({ length: WAVE }, (_, index) => reserve(other, `${index}`, 20_000, another)),
  );
  const usualMs = performance.now() - startedAt;

  const wavesEndAt = performance.now() + WAVES_MS;
  const watching = watch();
  const stopWatching = async (): Promise<void> => {
    done = true;
    await watching;
    client.close();
  };
  for (let wave = 0; performance.now() < wavesEndAt; wave += 1) {
    await Promise.allSettled(
      Array.from({ length: WAVE }, (_, index) =>
        reserve(buyer, `${wave}-${index}`, ((index + 1) * 2 * usualMs) / WAVE),
      ),
    );
  }
  const pendingUnits = async (): Promise<number> => {
    const query = { customerId: '', pageSize: 100, pageToken: '' };
    const status = ReservationStatus.RESERVATION_STATUS_PENDING;
    const options = { token: buyer.token, deadline: new Date(Date.now() + 10_000) };
    const page = await callUnary(client, 'listReservations', { ...query, status }, options);
    return page.reservations.length * QUANTITY;
  };
  try {
    await eventually(async () => {
      expect((await shop.stockOf(productId)).held).toBe(await pendingUnits());
    }, BACK_WITHIN_MS);
  } finally {
    await stopWatching();
  }

  expect(heldMax).toBeGreaterThan(0);
  expect(heldMax).toBeLessThanOrEqual(LIMIT * QUANTITY);
});
