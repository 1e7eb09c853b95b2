import { createPrivateKey, randomUUID } from 'node:crypto';
import {
  ConnectionError,
  createFlashReserveClient,
  createStorageTokenStore,
  type Fetch,
  type FlashReserveClient,
  type FlashReserveClientOptions,
  ProblemError,
  ReservationEndedError,
  type SessionTokens,
} from '@flashreserve/client';
import { readSigningKey } from '../security/altered-tokens/read-signing-key';
import { decodePart, signRsa } from '../security/altered-tokens/token-world';
import { eventually } from '../support/eventually';
import { type InProcessStack, startInProcessStack } from '../support/in-process-stack';
import { uniquePrefix } from '../support/stores';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy';
import { ADMIN_EMAIL } from '../support/test-secrets';

let stack: InProcessStack;
let proxy: TcpProxy;
let admin: FlashReserveClient;

beforeAll(async () => {
  // Without a grace period a reused refresh token ends its session, so a redundant exchange is
  // detected.
  stack = await startInProcessStack({
    prefix: uniquePrefix(),
    env: { REFRESH_GRACE_SECONDS: '0' },
  });
  proxy = await startTcpProxy({ port: Number(new URL(stack.urls[0]).port) });
  admin = createFlashReserveClient({ baseUrl: stack.urls[0] });
  await admin.auth.login({ email: ADMIN_EMAIL, password: stack.env['ADMIN_PASSWORD'] ?? '' });
});

afterAll(async () => {
  await proxy.stop();
  await stack.stop();
});

const PASSWORD = 'correct horse battery';

const newBuyer = async (
  options: Partial<FlashReserveClientOptions> = {},
): Promise<FlashReserveClient> => {
  const client = createFlashReserveClient({ baseUrl: stack.urls[0], ...options });
  const email = `buyer-${randomUUID()}@example.test`;
  await client.auth.register({ email, password: PASSWORD });
  await client.auth.login({ email, password: PASSWORD });
  return client;
};

const newProduct = async (initialQuantity: number): Promise<string> =>
  (await admin.products.create({ name: 'Ticket', price: 19.99, initialQuantity })).productId;

const stockOf = async (productId: string) => {
  const { stockQuantity, heldQuantity, soldQuantity } = await admin.products.get(productId, {
    fresh: true,
  });
  return { available: stockQuantity, held: heldQuantity, sold: soldQuantity };
};

/** The reason of the promise's rejection. */
const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => {
      throw new Error('It succeeded.');
    },
    (error: unknown) => error,
  );

describe('the client', () => {
  it('the client supports all steps of a buyer', async () => {
    const buyer = await newBuyer();
    const productId = await newProduct(5);

    const { reservation, replayed } = await buyer.reservations.reserve(productId, { quantity: 2 });
    const confirmed = await buyer.reservations.confirm(reservation.reservationId);
    const again = await buyer.reservations.confirm(reservation.reservationId);
    const cart = await buyer.reservations.reserveCart([{ productId, quantity: 1 }]);
    await buyer.reservations.cancel(cart.reservation.reservationId);

    expect(replayed).toBe(false);
    expect(confirmed).toMatchObject({ status: 'CONFIRMED', quantity: 2 });
    expect(again).toEqual(confirmed);
    await eventually(
      async () => expect(await stockOf(productId)).toEqual({ available: 3, held: 0, sold: 2 }),
      5_000,
    );
    expect((await buyer.auth.me()).role).toBe('CUSTOMER');

    await buyer.auth.logout();
    expect(buyer.tokens()).toBeUndefined();
    expect(await failureOf(buyer.auth.me())).toMatchObject({
      status: 401,
      reason: 'TOKEN_MISSING',
    });
  });

  it('the client iterates over all pages of a list', async () => {
    const buyer = await newBuyer();
    const productId = await newProduct(5);
    const made: string[] = [];
    for (let index = 0; index < 3; index += 1) {
      made.push((await buyer.reservations.reserve(productId)).reservation.reservationId);
    }

    const listed: string[] = [];
    for await (const { reservationId } of buyer.reservations.all({ pageSize: 1 })) {
      listed.push(reservationId);
    }

    expect(listed).toEqual(made.reverse());
  });

  it('the client creates and restocks a product once per idempotency key', async () => {
    const product = { name: 'Ticket', price: 1, initialQuantity: 3 };
    const idempotencyKey = randomUUID();

    const first = await admin.products.create(product, { idempotencyKey });
    const second = await admin.products.create(product, { idempotencyKey });
    const restock = { delta: 4, reason: 'Second delivery' };
    await admin.products.adjustStock(first.productId, restock, { idempotencyKey });
    await admin.products.adjustStock(first.productId, restock, { idempotencyKey });
    await admin.products.update(first.productId, { price: 2 });

    expect(second.productId).toBe(first.productId);
    const changed = await admin.products.get(first.productId, { fresh: true });
    expect(changed).toMatchObject({ price: 2, stockQuantity: 7 });
  });
});

describe('a refusal', () => {
  it('the client throws a refusal as a typed error with reason and details', async () => {
    const buyer = await newBuyer();
    const productId = await newProduct(1);

    const soldOut = await failureOf(buyer.reservations.reserve(productId, { quantity: 2 }));

    expect(soldOut).toBeInstanceOf(ProblemError);
    expect(soldOut).toMatchObject({
      name: 'ProblemError',
      status: 409,
      reason: 'OUT_OF_STOCK',
      attempts: 1,
      problem: { productId, requestedUnits: 2 },
    });
    expect((soldOut as ProblemError).requestId).not.toBe('');
  });

  it("the client's error names the invalid fields", async () => {
    const buyer = await newBuyer();

    expect(await failureOf(buyer.reservations.reserve('no-id', { quantity: 0 }))).toMatchObject({
      reason: 'INVALID_REQUEST',
      errors: expect.arrayContaining([
        { pointer: '/path/productId', detail: 'must be a UUID' },
        { pointer: '/quantity', detail: 'must be a whole number from 1 to 100' },
      ]),
    });
  });

  it('the client throws IDEMPOTENCY_KEY_REUSED when a key is reused for another request', async () => {
    const buyer = await newBuyer();
    const productId = await newProduct(5);
    const idempotencyKey = 'order-1';
    await buyer.reservations.reserve(productId, { idempotencyKey });

    expect(
      await failureOf(buyer.reservations.reserve(productId, { idempotencyKey, quantity: 2 })),
    ).toMatchObject({ reason: 'IDEMPOTENCY_KEY_REUSED', idempotencyKey });
  });
});

describe('the key of an ended reservation', () => {
  it('reserving with the key of a cancelled reservation rejects with ReservationEndedError', async () => {
    const buyer = await newBuyer();
    const productId = await newProduct(5);
    const idempotencyKey = 'order-2';
    const made = await buyer.reservations.reserve(productId, { idempotencyKey });
    await buyer.reservations.cancel(made.reservation.reservationId);

    const failure = await failureOf(buyer.reservations.reserve(productId, { idempotencyKey }));

    expect(failure).toBeInstanceOf(ReservationEndedError);
    expect(failure).toMatchObject({
      idempotencyKey,
      attempts: 1,
      reservation: { reservationId: made.reservation.reservationId, status: 'CANCELLED' },
    });
    expect((await stockOf(productId)).held).toBe(0);
  });

  it('reserving with the key of a confirmed reservation resolves with it', async () => {
    const buyer = await newBuyer();
    const productId = await newProduct(5);
    const idempotencyKey = 'order-3';
    const made = await buyer.reservations.reserve(productId, { idempotencyKey });
    await buyer.reservations.confirm(made.reservation.reservationId);

    const again = await buyer.reservations.reserve(productId, { idempotencyKey });

    expect(again).toMatchObject({ replayed: true, reservation: { status: 'CONFIRMED' } });
  });
});

describe('a bad network', () => {
  afterEach(() => {
    proxy.setMode('pass');
  });

  it("when a reply to reserve is lost, the client's retry gets the same reservation", async () => {
    const buyer = await newBuyer({ baseUrl: `http://${proxy.address}` });
    const productId = await newProduct(5);

    proxy.setMode('hold-replies');
    const reserving = buyer.reservations.reserve(productId, { quantity: 2 });
    await eventually(async () => expect((await stockOf(productId)).held).toBe(2), 5_000);
    proxy.cut();
    proxy.setMode('pass');
    const { reservation, replayed } = await reserving;

    expect(replayed).toBe(true);
    expect(await stockOf(productId)).toEqual({ available: 3, held: 2, sold: 0 });
    expect((await buyer.reservations.list()).items).toEqual([reservation]);
  });

  it("when a reply to confirm is lost, the client's retry succeeds", async () => {
    const buyer = await newBuyer({ baseUrl: `http://${proxy.address}` });
    const productId = await newProduct(5);
    const { reservation } = await buyer.reservations.reserve(productId);

    proxy.setMode('hold-replies');
    const confirming = buyer.reservations.confirm(reservation.reservationId);
    await eventually(async () => expect((await stockOf(productId)).sold).toBe(1), 5_000);
    proxy.cut();
    proxy.setMode('pass');

    expect((await confirming).status).toBe('CONFIRMED');
  });

  it("when the network stays down, the client's error has the key for a later retry", async () => {
    const buyer = await newBuyer({
      baseUrl: `http://${proxy.address}`,
      retry: { attemptsMax: 2, baseDelayMs: 1 },
    });
    const productId = await newProduct(5);

    proxy.setMode('refuse');
    const failure = await failureOf(buyer.reservations.reserve(productId));
    proxy.setMode('pass');

    expect(failure).toBeInstanceOf(ConnectionError);
    const { attempts, idempotencyKey } = failure as ConnectionError;
    expect(attempts).toBe(2);
    const later = await buyer.reservations.reserve(productId, { idempotencyKey });
    expect(later.idempotencyKey).toBe(idempotencyKey);
  });

  it('a call rejects at its deadline, and at once when it is aborted', async () => {
    const buyer = await newBuyer({ baseUrl: `http://${proxy.address}` });
    const productId = await newProduct(5);
    proxy.setMode('freeze');

    const late = failureOf(buyer.reservations.reserve(productId, { deadlineMs: 200 }));
    expect(await late).toMatchObject({ name: 'DeadlineError' });
    const controller = new AbortController();
    const given = failureOf(buyer.products.get(productId, { signal: controller.signal }));
    controller.abort(new Error('Enough.'));
    expect(await given).toMatchObject({ message: 'Enough.' });
  });
});

describe('a session', () => {
  /** The same token, already expired. */
  const expired = async (accessToken: string): Promise<string> => {
    const key = createPrivateKey({
      key: await readSigningKey(stack.env),
      format: 'der',
      type: 'pkcs8',
    });
    const past = Math.floor(Date.now() / 1_000) - 7_200;
    const payload = { ...decodePart(accessToken, 1), iat: past, nbf: past, exp: past + 60 };
    return signRsa(decodePart(accessToken, 0), payload, key);
  };

  it('concurrent requests with an expired token share one refresh', async () => {
    const first = (await newBuyer()).tokens() as SessionTokens;
    const told: (SessionTokens | undefined)[] = [];
    const paths: string[] = [];
    const counting: Fetch = (url, init) => {
      paths.push(new URL(url).pathname);
      return fetch(url, init);
    };
    const buyer = createFlashReserveClient({
      baseUrl: stack.urls[0],
      fetch: counting,
      tokens: { ...first, accessToken: await expired(first.accessToken) },
      onTokens: (tokens) => told.push(tokens),
    });

    const answers = await Promise.all(Array.from({ length: 10 }, () => buyer.auth.me()));

    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    expect(paths.filter((path) => path === '/auth/refresh')).toHaveLength(1);
    expect(told).toHaveLength(1);
    expect(told[0]?.refreshToken).not.toBe(first.refreshToken);
    expect((await buyer.auth.me()).role).toBe('CUSTOMER');
  });

  it('two clients with a shared token store can refresh concurrently and keep their session', async () => {
    const first = (await newBuyer()).tokens() as SessionTokens;
    const kept = new Map<string, string>();
    const storage = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
      removeItem: (key: string) => void kept.delete(key),
    };
    const tabs = [1, 2].map(() =>
      createFlashReserveClient({
        baseUrl: stack.urls[0],
        tokenStore: createStorageTokenStore(storage),
      }),
    );
    await tabs[0]?.setTokens({ ...first, accessToken: await expired(first.accessToken) });

    for (let round = 0; round < 3; round += 1) {
      const users = await Promise.all(tabs.map((tab) => tab.auth.me()));
      expect(new Set(users.map(({ id }) => id)).size).toBe(1);
      const now = tabs[0]?.tokens() as SessionTokens;
      expect(now.refreshToken).not.toBe(first.refreshToken);
      await tabs[1]?.setTokens({ ...now, renewAt: 0 });
    }
  });

  it('a session that was ended elsewhere notifies the app once and is cleared', async () => {
    const first = await newBuyer();
    const tokens = first.tokens() as SessionTokens;
    await first.auth.logout();
    const told: (SessionTokens | undefined)[] = [];
    const second = createFlashReserveClient({
      baseUrl: stack.urls[0],
      tokens: { ...tokens, renewAt: 0 },
      onTokens: (change) => told.push(change),
    });

    expect(await failureOf(second.auth.me())).toMatchObject({ reason: 'INVALID_REFRESH_TOKEN' });
    expect(told).toEqual([undefined]);
    expect(await failureOf(second.auth.me())).toMatchObject({ reason: 'TOKEN_MISSING' });
  });
});

describe('a backend of the shop', () => {
  const ALL = ['reservations:read', 'reservations:write', 'reservations:confirm'];
  const newApiClient = async (scopes: readonly string[] = ALL) => {
    const response = await fetch(`${stack.urls[0]}/api-clients`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${admin.tokens()?.accessToken}`,
      },
      body: JSON.stringify({ name: 'Web shop', scopes }),
    });
    expect(response.status).toBe(201);
    return (await response.json()) as Record<'clientId' | 'secret' | 'apiKey', string>;
  };

  it.each(['an API key', 'client credentials'])(
    'acts for a customer that it names, by %s',
    async (way) => {
      const { clientId, secret: clientSecret, apiKey } = await newApiClient();
      const identity =
        way === 'an API key' ? { apiKey } : { clientCredentials: { clientId, clientSecret } };
      const shop = createFlashReserveClient({ baseUrl: stack.urls[0], ...identity });
      const customerId = `shop|${randomUUID()}`;
      const productId = await newProduct(3);

      const [one, cart] = await Promise.all([
        shop.reservations.reserve(productId, { customerId }),
        shop.reservations.reserveCart([{ productId, quantity: 2 }], { customerId }),
      ]);
      const sold = await shop.reservations.confirm(one.reservation.reservationId);
      await shop.reservations.cancel(cart.reservation.reservationId);
      const { items } = await shop.reservations.list({ customerId });

      expect(sold.status).toBe('CONFIRMED');
      expect(items.map(({ status }) => status).sort()).toEqual(['CANCELLED', 'CONFIRMED']);
      await expect(shop.reservations.reserve(productId)).rejects.toMatchObject({
        reason: 'INVALID_REQUEST',
        errors: [{ pointer: '/customerId' }],
      });
    },
  );

  it('returns units of a sale once per key, to be sold again or written off', async () => {
    const { apiKey } = await newApiClient();
    const shop = createFlashReserveClient({ baseUrl: stack.urls[0], apiKey });
    const customerId = `shop|${randomUUID()}`;
    const productId = await newProduct(3);
    const { reservation } = await shop.reservations.reserve(productId, { customerId, quantity: 3 });
    await shop.reservations.confirm(reservation.reservationId);
    const giveBack = (
      returned: Parameters<typeof shop.reservations.return>[1],
      idempotencyKey?: string,
    ) => shop.reservations.return(reservation.reservationId, returned, { idempotencyKey });
    const one = { items: [{ productId, quantity: 1 }], restock: false, reason: 'Broken' };

    const [first, again] = await Promise.all([giveBack(one, 'rma-1'), giveBack(one, 'rma-1')]);
    const rest = await giveBack({ reason: 'Cannot come' });

    expect([first, again]).toMatchObject([
      { status: 'CONFIRMED', items: [{ returnedQuantity: 1 }] },
      { status: 'CONFIRMED', items: [{ returnedQuantity: 1 }] },
    ]);
    expect(rest).toMatchObject({
      status: 'RETURNED',
      items: [{ quantity: 3, returnedQuantity: 3 }],
      returns: [
        { items: [{ productId, quantity: 1 }], restock: false, reason: 'Broken' },
        { items: [{ productId, quantity: 2 }], restock: true, reason: 'Cannot come' },
      ],
    });
    expect(await shop.reservations.get(reservation.reservationId)).toEqual(rest);
    const { items } = await shop.reservations.list({ customerId, status: 'RETURNED' });
    expect(items).toMatchObject([{ returnedAt: rest.returnedAt }]);
    await expect(giveBack(one, 'rma-2')).rejects.toMatchObject({ reason: 'RESERVATION_RETURNED' });
    await eventually(
      async () =>
        expect(await shop.products.get(productId, { fresh: true })).toMatchObject({
          stockQuantity: 2,
          soldQuantity: 0,
          writtenOffQuantity: 1,
        }),
      5_000,
    );
  });

  it('gets one token for concurrent calls, and only with the scopes it asks for', async () => {
    const { clientId, secret: clientSecret } = await newApiClient();
    let tokensAsked = 0;
    const counting: Fetch = (url, init) => {
      if (url.endsWith('/oauth/token')) tokensAsked += 1;
      return fetch(url, init);
    };
    const clientCredentials = { clientId, clientSecret, scopes: ['reservations:read'] };
    const shop = createFlashReserveClient({
      baseUrl: stack.urls[0],
      clientCredentials,
      fetch: counting,
    });
    const list = () => shop.reservations.list({ customerId: 'shop|nobody' });

    await Promise.all([list(), list(), list()]);
    await list();

    expect(tokensAsked).toBe(1);
    await expect(
      shop.reservations.reserve(randomUUID(), { customerId: 'shop|1' }),
    ).rejects.toMatchObject({ reason: 'SCOPE_REQUIRED' });
  });

  it('wrong credentials and a wrong key are refused', async () => {
    const { clientId } = await newApiClient();
    const baseUrl = stack.urls[0];
    const wrong = { clientId, clientSecret: 'wrong' };
    const byCredentials = createFlashReserveClient({ baseUrl, clientCredentials: wrong });
    const byKey = createFlashReserveClient({ baseUrl, apiKey: `fr_${clientId}_wrong` });

    await expect(byCredentials.reservations.list({ customerId: 'a' })).rejects.toMatchObject({
      name: 'UnexpectedAnswerError',
      status: 401,
    });
    await expect(byKey.reservations.list({ customerId: 'a' })).rejects.toMatchObject({
      reason: 'API_KEY_INVALID',
    });
  });
});

it('a guest reserves without an account, and keeps the reservation in the account it registers', async () => {
  const guest = createFlashReserveClient({ baseUrl: stack.urls[0] });
  const productId = await newProduct(1);
  const { customerId } = await guest.auth.guest();
  const { id, role } = await guest.auth.me();
  expect([id, role]).toEqual([customerId, 'GUEST']);
  const { reservation } = await guest.reservations.reserve(productId);

  const email = `buyer-${randomUUID()}@example.test`;
  const user = await guest.auth.registerGuest({ email, password: PASSWORD });

  expect(user).toMatchObject({ id, email, role: 'CUSTOMER' });
  const sold = await guest.reservations.confirm(reservation.reservationId);
  expect(sold.status).toBe('CONFIRMED');
});
