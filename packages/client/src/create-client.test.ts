import { createFlashReserveClient, type FlashReserveClientOptions } from './create-client';
import { InvalidOptionError } from './errors';
import { createStorageTokenStore } from './session/token-store';

const PRODUCT = { name: 'Ticket', price: 1, stockQuantity: 1 };
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

describe('invalid options', () => {
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
