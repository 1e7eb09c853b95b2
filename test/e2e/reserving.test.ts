import { setTimeout as pause } from 'node:timers/promises';
import { type InProcessStack, startInProcessStack } from '../support/in-process-stack';
import { type Buyer, createShop, reasonOf, reservationOf, type Shop } from '../support/shop';
import { uniquePrefix } from '../support/stores';

let stack: InProcessStack;
let shop: Shop;
let buyer: Buyer;

beforeAll(async () => {
  stack = await startInProcessStack({ prefix: uniquePrefix() });
  shop = createShop(stack.urls[0], stack.env);
  buyer = await shop.newBuyer();
});

afterAll(async () => {
  await shop.expectCleanAudit();
  await stack.stop();
});

describe('reserving', () => {
  it('reserving holds a unit for the hold time and returns its expiry', async () => {
    const productId = await shop.newProduct(3);

    const response = await shop.reserve(buyer, productId);

    const reservation = reservationOf(response);
    expect(response.status).toBe(201);
    expect(response.headers.get('location')).toBe(`/reservations/${reservation.reservationId}`);
    expect(reservation).toMatchObject({
      status: 'PENDING',
      productId,
      quantity: 1,
      items: [{ productId, quantity: 1 }],
    });
    const holdSeconds =
      (Date.parse(reservation.expiresAt) - Date.parse(reservation.createdAt)) / 1000;
    expect(holdSeconds).toBeCloseTo(600, 0);
    expect(await shop.stockOf(productId)).toEqual({ available: 2, held: 1, sold: 0 });
  });

  it('a request for two units takes nothing when one is left', async () => {
    const productId = await shop.newProduct(1);

    const response = await shop.reserve(buyer, productId, { quantity: 2 });

    expect(response.status).toBe(409);
    expect(reasonOf(response)).toBe('OUT_OF_STOCK');
    expect(response.body).toMatchObject({ productId });
    expect(await shop.stockOf(productId)).toEqual({ available: 1, held: 0, sold: 0 });
  });

  it('a released unit can be reserved at most 100 ms later, despite cached sold-out responses', async () => {
    const productId = await shop.newProduct(1);
    const { reservationId } = reservationOf(await shop.reserve(buyer, productId));
    expect(reasonOf(await shop.reserve(buyer, productId))).toBe('OUT_OF_STOCK');
    const storm = Array.from({ length: 50 }, () => shop.reserve(buyer, productId));
    expect(new Set((await Promise.all(storm)).map(reasonOf))).toEqual(new Set(['OUT_OF_STOCK']));

    await shop.cancel(buyer, reservationId);
    await pause(100);

    expect((await shop.reserve(buyer, productId)).status).toBe(201);
  });

  it('a retry never gets OUT_OF_STOCK when its first attempt got the last unit', async () => {
    const productId = await shop.newProduct(1);
    const first = reservationOf(await shop.reserve(buyer, productId, { key: 'the-last-one' }));
    expect(reasonOf(await shop.reserve(buyer, productId))).toBe('OUT_OF_STOCK');

    const repeat = await shop.reserve(buyer, productId, { key: 'the-last-one' });

    expect(repeat.status).toBe(200);
    expect(reservationOf(repeat).reservationId).toBe(first.reservationId);
  });

  it('a cart with a sold-out line takes nothing', async () => {
    const [plenty, none] = [await shop.newProduct(10), await shop.newProduct(0)];

    const response = await shop.reserveCart(buyer, [
      { productId: plenty, quantity: 2 },
      { productId: none, quantity: 1 },
    ]);

    expect(reasonOf(response)).toBe('OUT_OF_STOCK');
    expect(await shop.stockOf(plenty)).toEqual({ available: 10, held: 0, sold: 0 });
  });

  it('lines of the same product in a cart are added up', async () => {
    const productId = await shop.newProduct(5);

    const accepted = await shop.reserveCart(buyer, [
      { productId, quantity: 2 },
      { productId, quantity: 1 },
    ]);
    const refused = await shop.reserveCart(buyer, [
      { productId, quantity: 1 },
      { productId, quantity: 2 },
    ]);

    expect(reservationOf(accepted).items).toEqual([{ productId, quantity: 3 }]);
    expect(reasonOf(refused)).toBe('OUT_OF_STOCK');
    expect(await shop.stockOf(productId)).toEqual({ available: 2, held: 3, sold: 0 });
  });

  it('50 concurrent requests with one Idempotency-Key create one hold', async () => {
    const productId = await shop.newProduct(100);

    const responses = await Promise.all(
      Array.from({ length: 50 }, () => shop.reserve(buyer, productId, { key: 'double-click' })),
    );

    expect(new Set(responses.map((response) => reservationOf(response).reservationId)).size).toBe(
      1,
    );
    expect(responses.filter(({ status }) => status === 201).length).toBeLessThanOrEqual(1);
    for (const { status, headers } of responses) {
      expect(
        status === 201 || (status === 200 && headers.get('idempotent-replayed') === 'true'),
      ).toBe(true);
    }
    expect(await shop.stockOf(productId)).toEqual({ available: 99, held: 1, sold: 0 });
  });

  it('a key reused for another cart is refused, and keys of different customers are independent', async () => {
    const productId = await shop.newProduct(10);
    const other = await shop.newBuyer();
    const first = reservationOf(await shop.reserve(buyer, productId, { key: 'once' }));

    const reused = await shop.reserve(buyer, productId, { key: 'once', quantity: 2 });
    const ofOther = await shop.reserve(other, productId, { key: 'once' });

    expect(reused.status).toBe(422);
    expect(reasonOf(reused)).toBe('IDEMPOTENCY_KEY_REUSED');
    expect(ofOther.status).toBe(201);
    expect(reservationOf(ofOther).reservationId).not.toBe(first.reservationId);
    expect(await shop.stockOf(productId)).toEqual({ available: 8, held: 2, sold: 0 });
  });

  it('a refusal is not stored: the same key succeeds once there is stock', async () => {
    const productId = await shop.newProduct(0);
    expect(reasonOf(await shop.reserve(buyer, productId, { key: 'patient' }))).toBe('OUT_OF_STOCK');
    await shop.rest('POST', `/products/${productId}/stock-adjustments`, {
      token: await shop.adminToken(),
      body: { delta: 1, reason: 'restock' },
    });

    expect((await shop.reserve(buyer, productId, { key: 'patient' })).status).toBe(201);
  });

  it('reserving an unknown product gets PRODUCT_NOT_FOUND', async () => {
    const response = await shop.reserve(buyer, '01890000-0000-7000-8000-000000000000');

    expect(response.status).toBe(404);
    expect(reasonOf(response)).toBe('PRODUCT_NOT_FOUND');
  });

  it('500 buyers racing for 50 units get exactly 50', async () => {
    const productId = await shop.newProduct(50);
    const buyers = await shop.newBuyers(500);

    const responses = await Promise.all(buyers.map((racer) => shop.reserve(racer, productId)));

    const accepted = responses.filter(({ status }) => status === 201);
    const refused = responses.filter(({ status }) => status === 409);
    expect(accepted).toHaveLength(50);
    expect(refused).toHaveLength(450);
    expect(refused.map(reasonOf)).toEqual(Array.from({ length: 450 }, () => 'OUT_OF_STOCK'));
    expect(await shop.stockOf(productId)).toEqual({ available: 0, held: 50, sold: 0 });
    await shop.expectCleanAudit();
  }, 120_000);
});
