import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { eventually } from '../support/eventually';
import { type ExampleShop, type Payment, startExampleShop } from '../support/example-shop';
import { type InProcessStack, startInProcessStack } from '../support/in-process-stack';
import { AUDIENCE, type OidcProviders, startOidcProviders } from '../support/oidc-providers';
import type { RestResponse } from '../support/rest-client';
import {
  createShop,
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
const ATTEMPTS_MAX = 10;
const SETTLED_MS = 20_000;
const SOLD_OUT_MS = 120_000;
const SCOPES = ['reservations:read', 'reservations:write', 'reservations:confirm'];

/** What the buyers do who hold a unit, in turn; after 20 of them everybody pays in time. */
const BEHAVIOURS = ['pays', 'pays twice', 'pays late', 'never pays', 'gives up'] as const;
const VARIED_BUYERS = 20;
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

const isTimeout = (error: unknown): boolean =>
  error instanceof Error && error.name === 'TimeoutError';

/**
 * Repeats what was answered with "not now", as docs/errors.md says, or not at all in the time that
 * a buyer waits: each request has a key or may be repeated without one.
 */
const untilDone = async (send: () => Promise<RestResponse>): Promise<RestResponse> => {
  for (let attempt = 1; ; attempt += 1) {
    const isLast = attempt === ATTEMPTS_MAX;
    const response = await send().catch((error: unknown) => {
      if (isLast || !isTimeout(error)) throw error;
      return undefined;
    });
    if (response !== undefined && (isLast || ![503, 504].includes(response.status))) {
      return response;
    }
    await pause(RETRY_MS * Math.random());
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

const statusOf = async (reservationId: string): Promise<string> =>
  reservationOf(await flashReserve.rest('GET', `/reservations/${reservationId}`, { token: apiKey }))
    .status;

/** Whether the buyer is done; one whose payment came too late tries again. */
const behave = async (
  behaviour: Behaviour,
  buyer: Buyer,
  { reservationId, payUrl }: Held,
): Promise<boolean> => {
  const pay = () => shop.provider.pay(payUrl);
  const ended = (wanted: readonly string[]) =>
    eventually(async () => {
      const status = await statusOf(reservationId);
      expect(wanted).toContain(status);
      return status;
    }, SETTLED_MS);
  switch (behaviour) {
    case 'pays':
    case 'pays twice':
      await Promise.all(behaviour === 'pays' ? [pay()] : [pay(), pay()]);
      return (await ended(['CONFIRMED', 'EXPIRED'])) === 'CONFIRMED';
    case 'pays late':
      await ended(['EXPIRED']);
      await pay();
      return true;
    case 'never pays':
      return true;
    case 'gives up': {
      const { status } = await buyer.giveUp(reservationId);
      // The hold may have ended before.
      expect([200, 409]).toContain(status);
      return true;
    }
  }
};

/** Lets all buyers try at once, again and again, until nothing is left to sell. */
const sellOut = async (productId: string, buyers: readonly Buyer[]): Promise<void> => {
  let holders = 0;
  let isOver = false;
  const shopping = buyers.map(async (buyer) => {
    let orderId = randomUUID();
    while (!isOver) {
      const held = await buyer.order(orderId);
      if (held === undefined) {
        await pause(RETRY_MS * (0.5 + Math.random()));
        continue;
      }
      const behaviour = holders < VARIED_BUYERS ? BEHAVIOURS[holders % BEHAVIOURS.length] : 'pays';
      holders += 1;
      orderId = randomUUID();
      if (await behave(behaviour ?? 'pays', buyer, held)) return;
    }
  });
  const watching = eventually(
    async () => expect(await flashReserve.stockOf(productId)).toMatchObject({ sold: UNITS }),
    SOLD_OUT_MS,
  ).finally(() => {
    isOver = true;
  });
  await Promise.all([...shopping, watching]);
};

/** The reservations of all buyers, by their customers. */
const reservationsOf = async (buyers: readonly Buyer[]) => {
  const page = z.object({ items: z.array(z.unknown()), nextPageToken: z.literal('') });
  const lists = await Promise.all(
    buyers.map(async ({ customerId }) => {
      const path = `/reservations?customerId=${encodeURIComponent(customerId)}&pageSize=100`;
      const response = await flashReserve.rest('GET', path, { token: apiKey });
      return page.parse(response.body).items.map((body) => reservationOf({ ...response, body }));
    }),
  );
  return lists.flat();
};

/** Whose payment bought it: its own, or that of the expired reservation that it replaces. */
const paidReservation = ({ reservationId, replaces }: ReservationBody): string =>
  replaces ?? reservationId;

describe('a shop that sells out', () => {
  it('sells every unit once, each for one payment, and gives every other payment back', async () => {
    const productId = await flashReserve.newProduct(UNITS);
    const guests = await Promise.all(Array.from({ length: GUESTS }, () => guest(productId)));
    const customers = Array.from({ length: SHOP_CUSTOMERS }, () => shopCustomer(productId));
    const buyers = [...customers, ...guests];

    await sellOut(productId, buyers);

    // No unit is lost.
    await flashReserve.expectStock(productId, { available: 0, held: 0, sold: UNITS }, SETTLED_MS);
    const reservations = await reservationsOf(buyers);
    const sold = reservations.filter(({ status }) => status === 'CONFIRMED');
    expect(sold).toHaveLength(UNITS);

    // No purchase is without payment, and no payment without purchase.
    const settled = (payments: readonly Payment[]) =>
      payments.filter(({ status }) => status === 'paid').map(({ reference }) => reference);
    await eventually(async () => {
      const paid = settled(await shop.provider.payments());
      expect(paid.toSorted()).toEqual(sold.map(paidReservation).toSorted());
    }, SETTLED_MS);

    // Late ones got what was left or their money back; those that never came cost nothing.
    const open = (await shop.provider.payments()).filter(({ status }) => status === 'open');
    expect(open.length).toBeGreaterThanOrEqual((2 * VARIED_BUYERS) / BEHAVIOURS.length);

    // Every refusal said why; the last two only happen if an answer took longer than the hold.
    const reasons = [...refusals.keys()];
    expect(reasons).toEqual(expect.arrayContaining(['BACKEND_CONFIRMS', 'OUT_OF_STOCK']));
    expect(reasons).toContainEqual(expect.stringMatching(/^Sold out for now/));
    const known =
      /^(BACKEND_CONFIRMS|OUT_OF_STOCK|Sold out for now|RESERVATION_EXPIRED|This order is)/;
    expect(reasons.filter((reason) => !known.test(reason))).toEqual([]);
    await flashReserve.expectCleanAudit();
  }, 240_000);
});
