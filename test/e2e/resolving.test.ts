import { type InProcessStack, startInProcessStack } from '../support/in-process-stack';
import { type Buyer, createShop, reasonOf, reservationOf, type Shop } from '../support/shop';
import { uniquePrefix } from '../support/stores';

let stack: InProcessStack;
let shop: Shop;
let buyer: Buyer;
let other: Buyer;

beforeAll(async () => {
  stack = await startInProcessStack({ prefix: uniquePrefix() });
  shop = createShop(stack.urls[0], stack.env);
  [buyer, other] = [await shop.newBuyer(), await shop.newBuyer()];
});

afterAll(async () => {
  await shop.expectCleanAudit();
  await stack.stop();
});

const pending = async (
  quantity = 1,
): Promise<{ readonly productId: string; readonly reservationId: string }> => {
  const productId = await shop.newProduct(10);
  const { reservationId } = reservationOf(await shop.reserve(buyer, productId, { quantity }));
  return { productId, reservationId };
};

describe('confirming', () => {
  it('confirming sells the units, and a retry changes nothing', async () => {
    const { productId, reservationId } = await pending(2);

    const first = await shop.confirm(buyer, reservationId);
    const second = await shop.confirm(buyer, reservationId);

    expect([first.status, second.status]).toEqual([200, 200]);
    expect(reservationOf(first)).toMatchObject({ status: 'CONFIRMED', reservationId });
    expect(reservationOf(second).confirmedAt).toBe(reservationOf(first).confirmedAt);
    await shop.expectStock(productId, { available: 8, held: 0, sold: 2 });
  });

  it('a confirmed reservation cannot be cancelled', async () => {
    const { productId, reservationId } = await pending();
    await shop.confirm(buyer, reservationId);

    const response = await shop.cancel(buyer, reservationId);

    expect(response.status).toBe(409);
    expect(reasonOf(response)).toBe('RESERVATION_CONFIRMED');
    await shop.expectStock(productId, { available: 9, held: 0, sold: 1 });
  });
});

describe('cancelling', () => {
  it('cancelling releases the units once, however often it is retried', async () => {
    const { productId, reservationId } = await pending(3);

    const responses = await Promise.all(
      Array.from({ length: 10 }, () => shop.cancel(buyer, reservationId)),
    );

    expect(responses.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200));
    await shop.expectStock(productId, { available: 10, held: 0, sold: 0 });
    expect(reservationOf(await shop.getReservation(buyer, reservationId)).status).toBe('CANCELLED');
  });

  it('a cancelled reservation cannot be confirmed', async () => {
    const { reservationId } = await pending();
    await shop.cancel(buyer, reservationId);

    const response = await shop.confirm(buyer, reservationId);

    expect(response.status).toBe(409);
    expect(reasonOf(response)).toBe('RESERVATION_CANCELLED');
  });
});

describe('another customer', () => {
  it('a customer can neither see nor change a reservation of another customer', async () => {
    const { productId, reservationId } = await pending();

    for (const attempt of [shop.getReservation, shop.confirm, shop.cancel]) {
      const response = await attempt(other, reservationId);
      expect(response.status).toBe(404);
      expect(reasonOf(response)).toBe('RESERVATION_NOT_FOUND');
    }

    expect(reservationOf(await shop.getReservation(buyer, reservationId)).status).toBe('PENDING');
    expect(await shop.stockOf(productId)).toEqual({ available: 9, held: 1, sold: 0 });
  });

  it("another customer's reservation and an unknown one get the same response", async () => {
    const response = await shop.getReservation(other, '01890000-0000-7000-8000-000000000000');

    expect([response.status, reasonOf(response)]).toEqual([404, 'RESERVATION_NOT_FOUND']);
  });
});

describe('listing', () => {
  it("a customer's reservations are listed newest first, page by page, and by status", async () => {
    const lister = await shop.newBuyer();
    const productId = await shop.newProduct(10);
    const made: string[] = [];
    for (let index = 0; index < 5; index += 1)
      made.unshift(reservationOf(await shop.reserve(lister, productId)).reservationId);
    await shop.confirm(lister, made[4] ?? '');

    const seen: string[] = [];
    let pageToken = '';
    do {
      const { body } = await shop.rest('GET', `/reservations?pageSize=2&pageToken=${pageToken}`, {
        token: lister.token,
      });
      const page = body as { items: { reservationId: string }[]; nextPageToken: string };
      seen.push(...page.items.map(({ reservationId }) => reservationId));
      pageToken = page.nextPageToken;
    } while (pageToken !== '');
    const confirmed = await shop.rest('GET', '/reservations?status=CONFIRMED', {
      token: lister.token,
    });

    expect(seen).toEqual(made);
    expect(
      (confirmed.body as { items: { reservationId: string }[] }).items.map(
        ({ reservationId }) => reservationId,
      ),
    ).toEqual([made[4]]);
  });
});
