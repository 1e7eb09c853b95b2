import { Redis } from 'ioredis';
import { type InProcessStack, startInProcessStack } from '../support/in-process-stack';
import { type Buyer, createShop, reasonOf, reservationOf, type Shop } from '../support/shop';
import { testStores, uniquePrefix } from '../support/stores';

const TTL_SECONDS = 2;
const SWEEP_SECONDS = 3;
const UNTOUCHED = { available: 5, held: 0, sold: 0 };

let stack: InProcessStack;
let shop: Shop;
let buyer: Buyer;

beforeAll(async () => {
  stack = await startInProcessStack({
    prefix: uniquePrefix(),
    ttlSeconds: TTL_SECONDS,
    sweepSeconds: SWEEP_SECONDS,
  });
  shop = createShop(stack.urls[0], stack.env);
  buyer = await shop.newBuyer();
});

afterAll(async () => {
  await shop.expectCleanAudit(SWEEP_SECONDS * 1000);
  await stack.stop();
});

const until = (time: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, Math.max(0, time - Date.now())));

describe('expiry', () => {
  it('within a second of expiresAt the units are available and the reservation is EXPIRED', async () => {
    const productId = await shop.newProduct(5);
    const { reservationId, expiresAt } = reservationOf(
      await shop.reserve(buyer, productId, { quantity: 3 }),
    );
    const due = Date.parse(expiresAt);

    await until(due - 300);
    expect(await shop.stockOf(productId)).toEqual({ available: 2, held: 3, sold: 0 });
    await until(due);
    await shop.expectStock(productId, UNTOUCHED, 1_000);

    expect(reservationOf(await shop.getReservation(buyer, reservationId))).toMatchObject({
      status: 'EXPIRED',
    });
    const late = [
      await shop.confirm(buyer, reservationId),
      await shop.cancel(buyer, reservationId),
    ];
    expect(late.map(({ status }) => status)).toEqual([409, 409]);
    expect(late.map(reasonOf)).toEqual(['RESERVATION_EXPIRED', 'RESERVATION_EXPIRED']);
    expect(await shop.stockOf(productId)).toEqual(UNTOUCHED);
  });

  it('a confirmed reservation does not expire', async () => {
    const productId = await shop.newProduct(5);
    const { reservationId, expiresAt } = reservationOf(await shop.reserve(buyer, productId));
    await shop.confirm(buyer, reservationId);

    await until(Date.parse(expiresAt) + 1_000);

    await shop.expectStock(productId, { available: 4, held: 0, sold: 1 });
    expect(reservationOf(await shop.getReservation(buyer, reservationId)).status).toBe('CONFIRMED');
  });

  it('a retry with the key of an expired reservation returns it and creates no new one', async () => {
    const productId = await shop.newProduct(5);
    const first = reservationOf(await shop.reserve(buyer, productId, { key: 'late' }));
    await until(Date.parse(first.expiresAt));
    await shop.expectStock(productId, UNTOUCHED);

    const replay = await shop.reserve(buyer, productId, { key: 'late' });

    expect(replay.status).toBe(200);
    expect(reservationOf(replay)).toMatchObject({
      reservationId: first.reservationId,
      status: 'EXPIRED',
    });
    expect(await shop.stockOf(productId)).toEqual(UNTOUCHED);
  });

  it('after Redis lost all data, reservations expire within one sweep interval', async () => {
    const productId = await shop.newProduct(5);
    const { expiresAt } = reservationOf(await shop.reserve(buyer, productId, { quantity: 2 }));
    const redis = new Redis(testStores().redisUrl);
    const keys = await redis.keys(`${stack.env['REDIS_PREFIX']}:*`);
    expect(keys.length).toBeGreaterThan(0);
    await redis.del(...keys);
    await redis.quit();

    await until(Date.parse(expiresAt));
    await shop.expectStock(productId, UNTOUCHED, SWEEP_SECONDS * 1000);
  });

  it('when expiry and confirmation race, exactly one wins and the stock matches', async () => {
    const rounds = 200;
    const productId = await shop.newProduct(rounds);
    const reservations = (
      await Promise.all(Array.from({ length: rounds }, () => shop.reserve(buyer, productId)))
    ).map(reservationOf);

    const outcomes = await Promise.all(
      reservations.map(async ({ reservationId, expiresAt }, index) => {
        await until(Date.parse(expiresAt) - 10 + (index % 21));
        return shop.confirm(buyer, reservationId);
      }),
    );
    const confirmed = outcomes.filter(({ status }) => status === 200).length;
    expect(outcomes.filter(({ status }) => status !== 200).map(reasonOf)).toEqual(
      Array.from({ length: rounds - confirmed }, () => 'RESERVATION_EXPIRED'),
    );

    await shop.expectStock(
      productId,
      { available: rounds - confirmed, held: 0, sold: confirmed },
      SWEEP_SECONDS * 1000 + 2_000,
    );
    const states = await Promise.all(
      reservations.map(
        async ({ reservationId }) =>
          reservationOf(await shop.getReservation(buyer, reservationId)).status,
      ),
    );
    expect(states.filter((status) => status === 'CONFIRMED')).toHaveLength(confirmed);
    expect(states.filter((status) => status === 'EXPIRED')).toHaveLength(rounds - confirmed);
  });
});
