import { randomUUID } from 'node:crypto';
import { type ProcessStack, startProcessStack } from '../support/process-stack';
import { type Buyer, createShop, reservationOf, type Shop } from '../support/shop';
import { uniquePrefix } from '../support/stores';

const TTL_SECONDS = 20;
const SWEEP_SECONDS = 3;

let stack: ProcessStack;
let shops: readonly Shop[];
let buyers: readonly Buyer[];

beforeAll(async () => {
  stack = await startProcessStack({
    prefix: uniquePrefix(),
    ttlSeconds: TTL_SECONDS,
    sweepSeconds: SWEEP_SECONDS,
    scale: { auth: 2, catalog: 2, reservation: 2, 'expiry-worker': 2, gateway: 2 },
  });
  shops = stack.urls.map((url) => createShop(url, stack.env));
  buyers = await shopOf(0).newBuyers(20);
}, 180_000);

afterAll(async () => {
  await stack.stop();
}, 60_000);

const shopOf = (index: number): Shop => {
  const shop = shops[index % shops.length];
  if (shop === undefined) throw new RangeError('There is no gateway.');
  return shop;
};
const buyerOf = (index: number): Buyer => {
  const buyer = buyers[index % buyers.length];
  if (buyer === undefined) throw new RangeError('There is no buyer.');
  return buyer;
};

describe('two instances of every component', () => {
  it("two instances accept each other's tokens and see each other's changes", async () => {
    const productId = await shopOf(0).newProduct(2);
    const made = reservationOf(await shopOf(0).reserve(buyerOf(0), productId));

    expect(reservationOf(await shopOf(1).confirm(buyerOf(0), made.reservationId)).status).toBe(
      'CONFIRMED',
    );
    await shopOf(1).expectStock(productId, { available: 1, held: 0, sold: 1 });
  });

  it('two instances sell exactly the stock, whichever instance serves a buyer', async () => {
    const productId = await shopOf(0).newProduct(40);

    const responses = await Promise.all(
      Array.from({ length: 200 }, (_, index) => shopOf(index).reserve(buyerOf(index), productId)),
    );

    expect(responses.filter(({ status }) => status === 201)).toHaveLength(40);
    expect(responses.filter(({ status }) => status === 409)).toHaveLength(160);
    expect(await shopOf(1).stockOf(productId)).toEqual({ available: 0, held: 40, sold: 0 });
    await shopOf(0).expectCleanAudit();
  });

  it('one key sent to two instances at once creates one hold', async () => {
    const productId = await shopOf(0).newProduct(10);
    const key = randomUUID();

    const responses = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        shopOf(index).reserve(buyerOf(0), productId, { key }),
      ),
    );

    expect(new Set(responses.map((response) => reservationOf(response).reservationId)).size).toBe(
      1,
    );
    expect(await shopOf(0).stockOf(productId)).toEqual({ available: 9, held: 1, sold: 0 });
  });

  it('no unit and no acknowledged reservation is lost when one instance of each component is killed during a sale', async () => {
    const productId = await shopOf(0).newProduct(100);
    const acknowledged: { readonly buyer: Buyer; readonly reservationId: string }[] = [];
    const sell = async (index: number): Promise<void> => {
      const buyer = buyerOf(index);
      // The second gateway keeps running; a killed one cannot respond.
      const response = await shopOf(1).reserve(buyer, productId, { key: randomUUID() });
      if (response.status === 201 || response.status === 200)
        acknowledged.push({ buyer, reservationId: reservationOf(response).reservationId });
    };

    const sale = Array.from({ length: 150 }, (_, index) => sell(index));
    for (const label of ['catalog-1', 'reservation-1', 'auth-1', 'expiry-worker-1', 'gateway-1'])
      stack.kill(label);
    await Promise.all(sale);

    expect(acknowledged.length).toBeGreaterThan(0);
    expect(acknowledged.length).toBeLessThanOrEqual(100);
    for (const { buyer, reservationId } of acknowledged) {
      expect((await shopOf(1).getReservation(buyer, reservationId)).status).toBe(200);
    }
    await shopOf(1).expectStock(
      productId,
      { available: 100, held: 0, sold: 0 },
      (TTL_SECONDS + SWEEP_SECONDS + 10) * 1000,
    );
    await shopOf(1).expectCleanAudit(SWEEP_SECONDS * 1000 + 2_000);
  }, 120_000);
});
