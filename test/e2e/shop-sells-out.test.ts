import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { type ExampleShop, type Payment, startExampleShop } from '../support/example-shop';
import { type InProcessStack, startInProcessStack } from '../support/in-process-stack';
import { AUDIENCE, type OidcProviders, startOidcProviders } from '../support/oidc-providers';
import type { RestResponse } from '../support/rest-client';
import {
  createShop,
  productBody,
  type ReservationBody,
  reasonOf,
  reservationOf,
  type Shop,
} from '../support/shop';
import { uniquePrefix } from '../support/stores';

// Goal: a shop with its own users, guests, backend and payments sells out, and money and units
// agree, whatever the payments do. Everything is seen from outside: REST, the provider, the audit.

const UNITS = 24;
const SHOP_CUSTOMERS = 36;
const GUESTS = 24;
const TTL_SECONDS = 8;
/** On average, until a refused buyer tries again. */
const RETRY_MS = 2_500;
/** As in `Retry-After`. */
const RETRY_AFTER_MS = 1_000;
const POLL_MS = 250;
const SETTLED_MS = 20_000;
/** A limit, not a measurement: the sale is over when everything is sold, about 20 s. */
const SALE_MS_MAX = 240_000;
const SCOPES = ['reservations:read', 'reservations:write', 'reservations:confirm'];

/** What the buyers do who hold a unit, in turn; after three of each everybody pays in time. */
const BEHAVIOURS = [
  'pays',
  'pays twice',
  'pays late',
  'never pays',
  'gives up',
  'sends it back',
  'gets a broken one',
] as const;
const OF_EACH = 3;
type Behaviour = (typeof BEHAVIOURS)[number];

/** What a buyer holds until it is paid for. */
interface Held {
  readonly reservationId: string;
  readonly payUrl: string;
}

/** A buyer, as the test plays it. */
interface Buyer {
  readonly customerId: string;
  /** Tries to get a unit; undefined if that was refused. */
  readonly order: (orderId: string) => Promise<Held | undefined>;
  readonly giveUp: (reservationId: string) => Promise<RestResponse>;
}

let providers: OidcProviders;
let stack: InProcessStack;
let flashReserve: Shop;
let apiKey: string;
let shop: ExampleShop;

beforeAll(async () => {
  providers = await startOidcProviders(['RS256']);
  const issuer = { issuer: providers.all[0]?.issuer, alias: 'shop', audience: AUDIENCE };
  stack = await startInProcessStack({
    prefix: uniquePrefix(),
    instances: 2,
    ttlSeconds: TTL_SECONDS,
    sweepSeconds: 1,
    env: { CONFIRM_BY: 'backend', TRUSTED_ISSUERS: JSON.stringify([issuer]) },
  });
  flashReserve = createShop(stack.urls[0], stack.env);
  const created = await flashReserve.rest('POST', '/api-clients', {
    token: await flashReserve.adminToken(),
    body: { name: 'Shop', scopes: SCOPES },
  });
  ({ apiKey } = z.object({ apiKey: z.string() }).parse(created.body));
  shop = await startExampleShop('Node', { url: stack.urls[0], apiKey });
}, 60_000);

afterAll(async () => {
  await shop.stop();
  await stack.stop();
  await providers.stop();
}, 60_000);

/** Every answer that refused a buyer something, by its reason or the shop's words. */
const refusals = new Map<string, number>();
const refusedBecause = (reason: string): undefined => {
  refusals.set(reason, (refusals.get(reason) ?? 0) + 1);
};

let giveUpAt = Number.POSITIVE_INFINITY;
const leftMs = (): number => Math.max(0, giveUpAt - Date.now());

const isTimeout = (error: unknown): boolean =>
  error instanceof Error && error.name === 'TimeoutError';

/**
 * Repeats what was answered with "not now", as docs/errors.md says, or not at all in the time that
 * a buyer waits: each request has a key or may be repeated without one.
 */
const untilDone = async (send: () => Promise<RestResponse>): Promise<RestResponse> => {
  for (;;) {
    const response = await send().catch((error: unknown) => {
      if (!isTimeout(error) || leftMs() === 0) throw error;
      return undefined;
    });
    if (response !== undefined && (leftMs() === 0 || ![503, 504].includes(response.status))) {
      return response;
    }
    await pause(RETRY_AFTER_MS + RETRY_MS * Math.random());
  }
};

/** Nobody gets around the payment by confirming. */
const expectNoConfirmation = async (token: string, reservationId: string): Promise<void> => {
  const path = `/reservations/${reservationId}/confirm`;
  refusedBecause(reasonOf(await untilDone(() => flashReserve.rest('POST', path, { token }))));
};

/**
 * A user of the shop: orders there, and sees the reservation with a token of the shop's provider.
 */
const shopCustomer = (productId: string): Buyer => {
  const name = randomUUID();
  const customerId = `shop|${name}`;
  return {
    customerId,
    order: async (orderId) => {
      const { status, body } = await untilDone(() =>
        shop.checkout({ orderId, customerId, productId, quantity: 1 }),
      );
      if (status !== 200) {
        return refusedBecause(z.object({ message: z.string().min(1) }).parse(body).message);
      }
      const held = z.object({ reservationId: z.string(), payUrl: z.string() }).parse(body);
      const token = (await providers.all[0]?.tokenOf(name)) ?? '';
      const path = `/reservations/${held.reservationId}`;
      const seen = reservationOf(await untilDone(() => flashReserve.rest('GET', path, { token })));
      expect(seen).toMatchObject({ productId, quantity: 1 });
      await expectNoConfirmation(token, held.reservationId);
      return held;
    },
    giveUp: (reservationId) => untilDone(() => shop.giveUp(reservationId)),
  };
};

/** A guest, who reserves with a token of its own and pays at the shop's provider. */
const guest = async (productId: string): Promise<Buyer> => {
  const created = await flashReserve.rest('POST', '/auth/guest');
  const { accessToken: token, customerId } = z
    .object({ accessToken: z.string(), customerId: z.uuid() })
    .parse(created.body);
  const gateway = createShop(stack.urls[1] ?? stack.urls[0], stack.env);
  const post = (path: string, headers: Readonly<Record<string, string>> = {}) =>
    untilDone(() => gateway.rest('POST', path, { token, headers }));
  return {
    customerId,
    order: async (orderId) => {
      const reserved = await post(`/reservations/${productId}`, {
        'idempotency-key': orderId,
      });
      if (reserved.status >= 400) return refusedBecause(reasonOf(reserved));
      const { reservationId } = reservationOf(reserved);
      await expectNoConfirmation(token, reservationId);
      const payment = await shop.provider.create({
        amount: 19.99,
        currency: 'USD',
        reference: reservationId,
      });
      return { reservationId, payUrl: payment.payUrl };
    },
    giveUp: (reservationId) => post(`/reservations/${reservationId}/cancel`),
  };
};

const statusOf = async (reservationId: string): Promise<string> => {
  const path = `/reservations/${reservationId}`;
  return reservationOf(await untilDone(() => flashReserve.rest('GET', path, { token: apiKey })))
    .status;
};

/** The reservations of a customer. */
const reservationsOf = async (customerId: string): Promise<readonly ReservationBody[]> => {
  const path = `/reservations?customerId=${encodeURIComponent(customerId)}&pageSize=100`;
  const response = await untilDone(() => flashReserve.rest('GET', path, { token: apiKey }));
  const page = z.object({ items: z.array(z.unknown()), nextPageToken: z.literal('') });
  return page.parse(response.body).items.map((body) => reservationOf({ ...response, body }));
};

/** Which reservation was paid: this one, or the expired one that it replaces. */
const paidReservation = ({ reservationId, replaces }: ReservationBody): string =>
  replaces ?? reservationId;

/** Asks until there is an answer, however slow the machine is. */
const untilKnown = async <Answer>(
  what: string,
  ask: () => Promise<Answer | undefined>,
): Promise<Answer> => {
  while (leftMs() > 0) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await pause(POLL_MS);
  }
  throw new Error(`${what} is still open when the sale should be over.`);
};

/** What a payment bought, or that the money went back. */
const purchaseOf = (
  { customerId }: Buyer,
  { reservationId }: Held,
): Promise<ReservationBody | 'refunded'> =>
  untilKnown(`The payment for ${reservationId}`, async () => {
    const payments = await shop.provider.payments();
    const payment = payments.find(({ reference }) => reference === reservationId);
    if (payment?.status === 'refunded') return 'refunded';
    return (await reservationsOf(customerId)).find(
      (one) => one.status === 'CONFIRMED' && paidReservation(one) === reservationId,
    );
  });

/** What has become of the units. */
interface Books {
  /** Bought, and not sent back. */
  readonly kept: Set<string>;
  readonly sentBack: Set<string>;
  readonly writtenOff: Set<string>;
}

/** The shop's own staff: a broken unit is not sold again, and its payment goes back. */
const writeOff = async ({ reservationId, ...bought }: ReservationBody): Promise<void> => {
  const response = await untilDone(() =>
    flashReserve.rest('POST', `/reservations/${reservationId}/return`, {
      token: apiKey,
      headers: { 'idempotency-key': 'broken' },
      body: { restock: false, reason: 'Arrived broken' },
    }),
  );
  expect(reservationOf(response).status).toBe('RETURNED');
  await shop.provider.refund(paidReservation({ reservationId, ...bought }));
};

/** Pays, and deals with what that buys. Whether the buyer is done. */
const buy = async (
  behaviour: Behaviour,
  { buyer, held, books }: { readonly buyer: Buyer; readonly held: Held; readonly books: Books },
): Promise<boolean> => {
  const payments = Array.from({ length: behaviour === 'pays twice' ? 2 : 1 }, () =>
    shop.provider.pay(held.payUrl),
  );
  await Promise.all(payments);
  const bought = await purchaseOf(buyer, held);
  // Whose answers took longer than the hold tries again.
  if (bought === 'refunded') return behaviour === 'pays late';
  const { reservationId } = bought;
  if (behaviour === 'sends it back') {
    const response = await untilDone(() => shop.sendBack(reservationId, 'Cannot come'));
    expect(response).toMatchObject({ status: 200, body: { outcome: 'RETURNED' } });
    books.sentBack.add(reservationId);
  } else if (behaviour === 'gets a broken one') {
    await writeOff(bought);
    books.writtenOff.add(reservationId);
  } else {
    books.kept.add(reservationId);
  }
  return true;
};

/** Whether the buyer is done. */
const behave = async (
  behaviour: Behaviour,
  visit: { readonly buyer: Buyer; readonly held: Held; readonly books: Books },
): Promise<boolean> => {
  const { reservationId } = visit.held;
  if (behaviour === 'never pays') return true;
  if (behaviour === 'gives up') {
    const { status } = await visit.buyer.giveUp(reservationId);
    // The hold may have ended before.
    expect([200, 409]).toContain(status);
    return true;
  }
  if (behaviour === 'pays late') {
    await untilKnown(`The hold ${reservationId}`, async () =>
      (await statusOf(reservationId)) === 'EXPIRED' ? true : undefined,
    );
  }
  return buy(behaviour, visit);
};

/** Lets all buyers try at once, again and again, until nothing is left to sell. */
const sellOut = async (buyers: readonly Buyer[]): Promise<Books> => {
  const books: Books = { kept: new Set(), sentBack: new Set(), writtenOff: new Set() };
  const isOver = (): boolean => books.kept.size + books.writtenOff.size === UNITS || leftMs() === 0;
  const upcoming: Behaviour[] = Array.from({ length: OF_EACH }, () => BEHAVIOURS).flat();
  await Promise.all(
    buyers.map(async (buyer) => {
      let orderId = randomUUID();
      while (!isOver()) {
        const held = await buyer.order(orderId);
        if (held === undefined) {
          await pause(RETRY_MS * (0.5 + Math.random()));
          continue;
        }
        orderId = randomUUID();
        if (await behave(upcoming.shift() ?? 'pays', { buyer, held, books })) return;
      }
    }),
  );
  return books;
};

describe('a shop that sells out', () => {
  it(
    'sells every unit once, each for one payment, and gives every other payment back',
    async () => {
      const productId = await flashReserve.newProduct(UNITS);
      const guests = await Promise.all(Array.from({ length: GUESTS }, () => guest(productId)));
      const customers = Array.from({ length: SHOP_CUSTOMERS }, () => shopCustomer(productId));
      const buyers = [...customers, ...guests];
      giveUpAt = Date.now() + SALE_MS_MAX;

      const { kept, sentBack, writtenOff } = await sellOut(buyers);

      // No unit is lost. What was sent back was sold again, and what was written off was not.
      const soldInTheEnd = UNITS - writtenOff.size;
      const stock = { available: 0, held: 0, sold: soldInTheEnd };
      await flashReserve.expectStock(productId, stock, SETTLED_MS);
      const shown = await flashReserve.rest('GET', `/products/${productId}`, {
        headers: { 'cache-control': 'no-cache' },
      });
      expect(productBody.parse(shown.body).writtenOffQuantity).toBe(writtenOff.size);
      const reservations = (
        await Promise.all(buyers.map(({ customerId }) => reservationsOf(customerId)))
      ).flat();
      const idsOf = (wanted: string) =>
        reservations
          .filter(({ status }) => status === wanted)
          .map(({ reservationId }) => reservationId)
          .toSorted();
      expect(idsOf('CONFIRMED')).toEqual([...kept].toSorted());
      expect(idsOf('RETURNED')).toEqual([...sentBack, ...writtenOff].toSorted());
      expect(kept.size).toBe(soldInTheEnd);
      expect(Math.min(sentBack.size, writtenOff.size)).toBeGreaterThan(0);

      // No purchase is without payment, and no payment without purchase.
      const payments = await shop.provider.payments();
      const withStatus = (wanted: Payment['status']) =>
        payments.filter(({ status }) => status === wanted).map(({ reference }) => reference);
      const sold = reservations.filter(({ status }) => status === 'CONFIRMED');
      expect(withStatus('paid').toSorted()).toEqual(sold.map(paidReservation).toSorted());

      // Late ones got what was left or their money back; those that never came cost nothing.
      expect(withStatus('open').length).toBeGreaterThanOrEqual(2 * OF_EACH);

      // Every refusal said why; the last two only happen if an answer took longer than the hold.
      const reasons = [...refusals.keys()];
      expect(reasons).toEqual(expect.arrayContaining(['BACKEND_CONFIRMS', 'OUT_OF_STOCK']));
      expect(reasons).toContainEqual(expect.stringMatching(/^Sold out for now/));
      const known =
        /^(BACKEND_CONFIRMS|OUT_OF_STOCK|Sold out for now|RESERVATION_EXPIRED|This order is)/;
      expect(reasons.filter((reason) => !known.test(reason))).toEqual([]);
      await flashReserve.expectCleanAudit();
    },
    SALE_MS_MAX + 60_000,
  );
});
