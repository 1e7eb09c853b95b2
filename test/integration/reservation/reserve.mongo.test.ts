import { HoldState } from '@flashreserve/contracts/catalog';
import { ReservationStatus } from '@flashreserve/contracts/reservation';
import { newId } from '@flashreserve/ops';
import {
  firstOnes,
  type Harness,
  type ReservationApi,
  refusalOf,
  reservationOf,
  startHarness,
  TTL_SECONDS,
} from './harness';

let harness: Harness;
let api: ReservationApi;

beforeAll(async () => {
  harness = await startHarness();
  api = await harness.start();
});
afterAll(() => harness.stop());

const oneOf = (productId: string, quantity = 1) => [{ productId, quantity }];

describe('Reserve', () => {
  it('Reserve holds the units and returns the pending reservation with its times', async () => {
    const productId = await harness.catalog.newProduct(5);
    const customerId = newId();

    const response = await api.reserve(customerId, { lines: oneOf(productId, 2) });

    const reservation = reservationOf(response);
    expect(response.replayed).toBe(false);
    expect(reservation).toMatchObject({
      customerId,
      status: ReservationStatus.RESERVATION_STATUS_PENDING,
      lines: [{ productId, quantity: 2 }],
    });
    const { createTime, expireTime } = reservation;
    const heldMs = Number(expireTime) - Number(createTime);
    expect(Math.abs(heldMs - TTL_SECONDS * 1000)).toBeLessThan(2_000);
    expect(await harness.catalog.stockOf(productId)).toEqual({ available: 3, held: 2, sold: 0 });
    expect(reservationOf(await api.get(customerId, reservation.reservationId))).toEqual(
      reservation,
    );
  });

  it('a retry with the same key returns the same reservation', async () => {
    const productId = await harness.catalog.newProduct(5);
    const customerId = newId();
    const request = { lines: oneOf(productId), idempotencyKey: 'checkout-1' };

    const first = await api.reserve(customerId, request);
    const second = await api.reserve(customerId, request);

    expect(second).toEqual({ ...first, replayed: true });
    expect((await harness.catalog.stockOf(productId)).held).toBe(1);
  });

  it('a retry with the same request id returns the same reservation', async () => {
    const productId = await harness.catalog.newProduct(5);
    const customerId = newId();
    const request = { lines: oneOf(productId), requestId: newId() };

    const first = await api.reserve(customerId, request);
    const second = await api.reserve(customerId, request);

    expect(reservationOf(first).reservationId).toBe(request.requestId);
    expect(second).toEqual({ ...first, replayed: true });
    expect((await harness.catalog.stockOf(productId)).held).toBe(1);
  });

  it('50 concurrent calls with one key create one hold and one reservation', async () => {
    const productId = await harness.catalog.newProduct(100);
    const customerId = newId();
    const request = { lines: oneOf(productId, 2), idempotencyKey: 'double-click' };

    const responses = await Promise.all(
      Array.from({ length: 50 }, () => api.reserve(customerId, request)),
    );

    expect(firstOnes(responses)).toHaveLength(1);
    expect(new Set(responses.map((response) => reservationOf(response).reservationId)).size).toBe(
      1,
    );
    expect(await harness.catalog.stockOf(productId)).toEqual({ available: 98, held: 2, sold: 0 });
  });

  it('the same key of two customers creates two reservations', async () => {
    const productId = await harness.catalog.newProduct(5);
    const request = { lines: oneOf(productId), idempotencyKey: 'same-key' };

    const mine = await api.reserve(newId(), request);
    const theirs = await api.reserve(newId(), request);

    expect(theirs.replayed).toBe(false);
    expect(reservationOf(theirs).reservationId).not.toBe(reservationOf(mine).reservationId);
  });

  it('a key reused with other lines is refused and takes nothing', async () => {
    const productId = await harness.catalog.newProduct(5);
    const customerId = newId();
    await api.reserve(customerId, { lines: oneOf(productId, 1), idempotencyKey: 'k' });

    const refusal = await refusalOf(
      api.reserve(customerId, { lines: oneOf(productId, 2), idempotencyKey: 'k' }),
    );

    expect(refusal).toMatchObject({ kind: 'conflict', reason: 'IDEMPOTENCY_KEY_REUSED' });
    expect((await harness.catalog.stockOf(productId)).held).toBe(1);
  });

  it("a request id cannot claim another customer's reservation", async () => {
    const productId = await harness.catalog.newProduct(5);
    const owner = newId();
    const { reservationId } = reservationOf(await api.reserve(owner, { lines: oneOf(productId) }));

    const refusal = await refusalOf(
      api.reserve(newId(), { lines: oneOf(productId), requestId: reservationId }),
    );

    expect(refusal.reason).toBe('IDEMPOTENCY_KEY_REUSED');
    expect(reservationOf(await api.get(owner, reservationId)).customerId).toBe(owner);
  });

  it('refusals are not stored: the same key succeeds once there is stock', async () => {
    const productId = await harness.catalog.newProduct(1);
    const holder = newId();
    const blocking = reservationOf(await api.reserve(holder, { lines: oneOf(productId) }));
    const request = { lines: oneOf(productId), idempotencyKey: 'patience' };
    const customerId = newId();
    expect((await refusalOf(api.reserve(customerId, request))).reason).toBe('OUT_OF_STOCK');

    await api.cancel(holder, blocking.reservationId);

    expect((await api.reserve(customerId, request)).replayed).toBe(false);
  });

  it('lines of the same product are merged before they are validated', async () => {
    const productId = await harness.catalog.newProduct(3);
    const customerId = newId();

    const wanted = [...oneOf(productId, 2), ...oneOf(productId, 2)];
    const refusal = await refusalOf(api.reserve(customerId, { lines: wanted }));
    const summed = await api.reserve(customerId, {
      lines: [...oneOf(productId, 2), ...oneOf(productId, 1)],
    });

    expect(refusal).toMatchObject({
      kind: 'precondition',
      reason: 'OUT_OF_STOCK',
      domain: 'catalog.flashreserve',
      metadata: { productId, requestedUnits: '4' },
    });
    expect(reservationOf(summed).lines).toMatchObject([{ productId, quantity: 3 }]);
    expect(await harness.catalog.stockOf(productId)).toEqual({ available: 0, held: 3, sold: 0 });
  });

  it('a request gets all its lines or none', async () => {
    const plenty = await harness.catalog.newProduct(5);
    const soldOut = await harness.catalog.newProduct(0);
    const customerId = newId();

    const refusal = await refusalOf(
      api.reserve(customerId, { lines: [...oneOf(plenty), ...oneOf(soldOut)] }),
    );

    expect(refusal).toMatchObject({ reason: 'OUT_OF_STOCK', metadata: { productId: soldOut } });
    expect(await harness.catalog.stockOf(plenty)).toEqual({ available: 5, held: 0, sold: 0 });
    expect((await api.list(customerId)).reservations).toEqual([]);
  });

  it('an unknown product is named in the error', async () => {
    const productId = newId();
    const refusal = await refusalOf(api.reserve(newId(), { lines: oneOf(productId) }));
    expect(refusal).toMatchObject({
      kind: 'not-found',
      reason: 'PRODUCT_NOT_FOUND',
      domain: 'catalog.flashreserve',
      metadata: { productId },
    });
  });

  it('60 customers racing for 20 units get exactly 20', async () => {
    const productId = await harness.catalog.newProduct(20);

    const outcomes = await Promise.allSettled(
      Array.from({ length: 60 }, () => api.reserve(newId(), { lines: oneOf(productId) })),
    );

    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(20);
    expect(await harness.catalog.stockOf(productId)).toEqual({ available: 0, held: 20, sold: 0 });
  });
});

describe('a replay of Reserve', () => {
  const reserveAnd = async (act: (customerId: string, id: string) => Promise<unknown>) => {
    const productId = await harness.catalog.newProduct(5);
    const customerId = newId();
    const request = { lines: oneOf(productId), idempotencyKey: newId() };
    const { reservationId } = reservationOf(await api.reserve(customerId, request));
    await act(customerId, reservationId);
    const replay = await api.reserve(customerId, request);
    return { replay, productId };
  };

  it('a replay returns a confirmed reservation unchanged', async () => {
    const { replay, productId } = await reserveAnd(api.confirm);
    expect(replay).toMatchObject({
      replayed: true,
      reservation: { status: ReservationStatus.RESERVATION_STATUS_CONFIRMED },
    });
    await harness.catalog.expectStock(productId, { available: 4, held: 0, sold: 1 });
  });

  it('a replay returns a cancelled reservation unchanged and takes nothing', async () => {
    const { replay, productId } = await reserveAnd(api.cancel);
    expect(replay).toMatchObject({
      replayed: true,
      reservation: { status: ReservationStatus.RESERVATION_STATUS_CANCELLED },
    });
    await harness.catalog.expectStock(productId, { available: 5, held: 0, sold: 0 });
  });
});

describe('Reserve with two instances', () => {
  it('one key creates one reservation across instances', async () => {
    const both = harness.connect(await harness.startInstance(), await harness.startInstance());
    const productId = await harness.catalog.newProduct(100);
    const customerId = newId();
    const request = { lines: oneOf(productId), idempotencyKey: 'roaming' };

    const responses = await Promise.all(
      Array.from({ length: 40 }, () => both.reserve(customerId, request)),
    );

    expect(firstOnes(responses)).toHaveLength(1);
    expect((await both.list(customerId)).reservations).toHaveLength(1);
    expect(await harness.catalog.stockOf(productId)).toEqual({ available: 99, held: 1, sold: 0 });
  });

  it('one instance can resolve a reservation created by the other', async () => {
    const [one, other] = await Promise.all([harness.start(), harness.start()]);
    const productId = await harness.catalog.newProduct(1);
    const customerId = newId();

    const reservation = reservationOf(await one.reserve(customerId, { lines: oneOf(productId) }));
    await other.confirm(customerId, reservation.reservationId);

    expect((await refusalOf(one.cancel(customerId, reservation.reservationId))).reason).toBe(
      'RESERVATION_CONFIRMED',
    );
    expect(await harness.catalog.holdStateOf(reservation)).toBe(HoldState.HOLD_STATE_SOLD);
  });
});
