import { createFlashReserveClient, type FlashReserveClientOptions } from './create-client';
import { InvalidOptionError } from './errors';
import { createClientTokens } from './session/client-tokens';
import { createStorageTokenStore } from './session/token-store';

const PRODUCT = { name: 'Ticket', price: 1, initialQuantity: 1 };
const RESERVATION = { reservationId: 'r', status: 'PENDING' };

/** A client of a stub server that accepts every reservation, and the requests it received. */
const create = (options: Partial<FlashReserveClientOptions> = {}) => {
  const asked: string[] = [];
  const client = createFlashReserveClient({
    baseUrl: 'http://shop.test',
    fetch: async (url) => {
      asked.push(url);
      const headers = { 'content-type': 'application/json' };
      return new Response(JSON.stringify(RESERVATION), { status: 201, headers });
    },
    ...options,
  });
  return { client, asked };
};

/** The rejection of the promise. */
const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => {
      throw new Error('It succeeded.');
    },
    (error: unknown) => error,
  );

describe('tokens of an API client', () => {
  it('a token is renewed before it expires, also when the server finds it expired first', async () => {
    let now = 0;
    let issued = 0;
    const tokens = createClientTokens({
      fetchToken: async () => {
        issued += 1;
        const scope = 'reservations:read';
        return { access_token: `t${issued}`, token_type: 'Bearer', expires_in: 900, scope };
      },
      now: () => now,
    });

    expect(await Promise.all([tokens.accessToken(), tokens.accessToken()])).toEqual(['t1', 't1']);
    now = 809_000;
    expect(await tokens.accessToken()).toBe('t1');
    now = 811_000;
    expect(await tokens.accessToken()).toBe('t2');
    expect(await tokens.accessTokenAfter('t1')).toBe('t2');
    expect(await tokens.accessTokenAfter('t2')).toBe('t3');
  });

  it('a failure to get one is not remembered', async () => {
    const answers = [Promise.reject(new Error('Away.'))];
    const tokens = createClientTokens({
      fetchToken: () =>
        answers.pop() ??
        Promise.resolve({ access_token: 't', token_type: 'Bearer', expires_in: 1, scope: '' }),
      now: Date.now,
    });

    await expect(tokens.accessToken()).rejects.toThrow('Away.');
    expect(await tokens.accessToken()).toBe('t');
  });
});

describe('invalid options', () => {
  it('two ways to authenticate at once are rejected by name', () => {
    const clientCredentials = { clientId: 'a', clientSecret: 'b' };
    expect(() => create({ apiKey: 'fr_a_b', clientCredentials })).toThrow(
      'apiKey must not be given together with clientCredentials',
    );
  });

  it.each([Number.POSITIVE_INFINITY, 2 ** 31, 0, -1, Number.NaN])(
    'deadlineMs %d is rejected by name before anything is sent',
    async (deadlineMs) => {
      const { client, asked } = create();

      const failures = await Promise.all([
        failureOf(client.reservations.reserve('p', { deadlineMs })),
        failureOf(client.products.list({}, { deadlineMs })),
      ]);

      for (const failure of failures) {
        expect(failure).toBeInstanceOf(InvalidOptionError);
        expect(failure).toBeInstanceOf(RangeError);
        expect(failure).toMatchObject({
          option: 'deadlineMs',
          message: `deadlineMs must be more than 0 and at most 2147483647 milliseconds, not ${deadlineMs}.`,
        });
      }
      expect(asked).toEqual([]);
      expect(() => create({ deadlineMs })).toThrow(InvalidOptionError);
    },
  );

  it('deadlineMs just below the limit is accepted', async () => {
    const { client } = create();
    const { reservation } = await client.reservations.reserve('p', { deadlineMs: 2 ** 31 - 1 });
    expect(reservation).toEqual(RESERVATION);
  });

  it.each(['', 'schlüssel', 'two words', 'a\nb', 'k'.repeat(256)])(
    'idempotency key %j is rejected with the allowed format before anything is sent',
    async (idempotencyKey) => {
      const { client, asked } = create();

      const failures = await Promise.all([
        failureOf(client.reservations.reserve('p', { idempotencyKey })),
        failureOf(client.reservations.reserveCart([], { idempotencyKey })),
        failureOf(client.reservations.extend('r', 1, { idempotencyKey })),
        failureOf(client.reservations.return('r', { reason: 'Back' }, { idempotencyKey })),
        failureOf(client.products.create(PRODUCT, { idempotencyKey })),
        failureOf(
          client.products.adjustStock('p', { delta: 1, reason: 'More' }, { idempotencyKey }),
        ),
      ]);

      for (const failure of failures) {
        expect(failure).toMatchObject({
          name: 'InvalidOptionError',
          option: 'idempotencyKey',
          message: expect.stringContaining('must be 1 to 255 visible ASCII characters'),
        });
      }
      expect(asked).toEqual([]);
    },
  );

  it.each([
    ['retry.attemptsMax', { attemptsMax: 0 }],
    ['retry.attemptsMax', { attemptsMax: 1.5 }],
    ['retry.attemptTimeoutMs', { attemptTimeoutMs: 2 ** 31 }],
    ['retry.baseDelayMs', { baseDelayMs: -1 }],
    ['retry.maxDelayMs', { maxDelayMs: Number.POSITIVE_INFINITY }],
  ])('%s is rejected when the client is created', (option, retry) => {
    expect(() => create({ retry })).toThrow(
      expect.objectContaining({ name: 'InvalidOptionError', option }),
    );
  });

  it('tokens together with a tokenStore are rejected when the client is created', () => {
    const tokens = { accessToken: 'a', refreshToken: 'r', renewAt: 0 };
    const tokenStore = createStorageTokenStore({
      getItem: () => null,
      setItem: () => undefined,
      removeItem: () => undefined,
    });
    expect(() => create({ tokens, tokenStore })).toThrow(InvalidOptionError);
  });
});

describe('fresh reads', () => {
  it('only fresh reads of products ask for an answer that is not from memory', async () => {
    const headers: (string | null)[] = [];
    const { client } = create({
      fetch: async (_url, init) => {
        headers.push(new Headers(init?.headers).get('cache-control'));
        return Response.json({ items: [], nextPageToken: '' });
      },
    });

    await client.products.get('p', { fresh: true });
    await client.products.list({}, { fresh: true });
    for await (const _product of client.products.all({}, { fresh: true }));
    await client.products.get('p');
    await client.products.list();

    expect(headers).toEqual(['no-cache', 'no-cache', 'no-cache', null, null]);
  });
});
